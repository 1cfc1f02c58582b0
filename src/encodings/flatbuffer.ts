import { CheckpointError, type Place } from '#domain/problem.ts';

/**
 * A table of a FlatBuffer: fields by their numbers, absent ones with their defaults. Every offset is checked.
 *
 * @see https://flatbuffers.dev/internals/
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #place: Place;

  private constructor(view: DataView, at: number, place: Place) {
    this.#view = view;
    this.#at = at;
    this.#place = place;
    this.#check(at, 4);
  }

  /** The root of a buffer. */
  static root(bytes: Uint8Array<ArrayBuffer>, place: Place): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < 8) throw damage(place);
    return new FlatTable(view, view.getUint32(0, true), place);
  }

  u8(field: number, fallback = 0): number {
    const at = this.#field(field, 1);
    return at === 0 ? fallback : this.#view.getUint8(at);
  }

  i16(field: number, fallback = 0): number {
    const at = this.#field(field, 2);
    return at === 0 ? fallback : this.#view.getInt16(at, true);
  }

  i32(field: number, fallback = 0): number {
    const at = this.#field(field, 4);
    return at === 0 ? fallback : this.#view.getInt32(at, true);
  }

  /** Refused where a `number` would not hold it. */
  i64(field: number, fallback = 0): number {
    const at = this.#field(field, 8);
    return at === 0 ? fallback : this.#long(at);
  }

  text(field: number): string | undefined {
    const at = this.#field(field, 4);
    if (at === 0) return undefined;
    const start = at + this.#view.getUint32(at, true);
    this.#check(start, 4);
    const length = this.#view.getUint32(start, true);
    this.#check(start + 4, length);
    return new TextDecoder().decode(
      new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length),
    );
  }

  table(field: number): FlatTable | undefined {
    const at = this.#field(field, 4);
    return at === 0 ? undefined : this.#tableAt(at);
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.#vector(field, 4);
    return Array.from({ length }, (_, i) => this.#tableAt(start + 4 * i));
  }

  /** Structs of 8-byte fields, or of fields padded to 8 bytes: `fields` numbers of each. */
  structs(field: number, fields: number): number[][] {
    const { start, length } = this.#vector(field, 8 * fields);
    return Array.from({ length }, (_, i) =>
      Array.from({ length: fields }, (_, k) => this.#long(start + 8 * (i * fields + k))),
    );
  }

  #tableAt(at: number): FlatTable {
    return new FlatTable(this.#view, at + this.#view.getUint32(at, true), this.#place);
  }

  #vector(field: number, size: number): { readonly start: number; readonly length: number } {
    const at = this.#field(field, 4);
    if (at === 0) return { start: 0, length: 0 };
    const start = at + this.#view.getUint32(at, true);
    this.#check(start, 4);
    const length = this.#view.getUint32(start, true);
    this.#check(start + 4, length * size);
    return { start: start + 4, length };
  }

  /** Where a field lies; 0: it is absent. */
  #field(field: number, size: number): number {
    const table = this.#at - this.#view.getInt32(this.#at, true);
    this.#check(table, 4);
    if (4 + 2 * field >= this.#view.getUint16(table, true)) return 0;
    this.#check(table + 4 + 2 * field, 2);
    const offset = this.#view.getUint16(table + 4 + 2 * field, true);
    if (offset === 0) return 0;
    this.#check(this.#at + offset, size);
    return this.#at + offset;
  }

  #long(at: number): number {
    const value = Number(this.#view.getBigInt64(at, true));
    if (!Number.isSafeInteger(value)) throw damage(this.#place);
    return value;
  }

  #check(at: number, size: number): void {
    if (at < 0 || at + size > this.#view.byteLength) throw damage(this.#place);
  }
}

function damage(place: Place): CheckpointError {
  return new CheckpointError({ kind: 'malformed', what: 'a FlatBuffer is damaged' }, place);
}
