import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';

/** Reads little-endian fields one after another. Every failure names its offset in the file. */
export class Cursor {
  readonly #path: string;
  readonly #base: number;
  readonly #view: DataView<ArrayBuffer>;
  #at = 0;

  /** @param base offset in the file of the first of `bytes` */
  constructor(bytes: Uint8Array<ArrayBuffer>, path: string, base = 0) {
    this.#path = path;
    this.#base = base;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get place(): Place & { readonly offset: number } {
    return { path: this.#path, offset: this.#base + this.#at };
  }

  get done(): boolean {
    return this.#at === this.#view.byteLength;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#view.byteLength - this.#at;
  }

  u8 = (): number => this.#view.getUint8(this.#take(1));
  u16 = (): number => this.#view.getUint16(this.#take(2), true);
  u32 = (): number => this.#view.getUint32(this.#take(4), true);
  f32 = (): number => this.#view.getFloat32(this.#take(4), true);
  f64 = (): number => this.#view.getFloat64(this.#take(8), true);

  /** A count of 64 bits. One past 2⁵³ − 1 cannot index a file, and is refused. */
  u64(what: string): number {
    const value = Number(this.#view.getBigUint64(this.#take(8), true));
    const limit = Number.MAX_SAFE_INTEGER;
    return value <= limit ? value : this.fail({ kind: 'too-large', what, size: value, limit });
  }

  /** A view of the next `length` bytes, not a copy. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#take(length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  /** A cursor over the next `length` bytes; this one steps past them. */
  slice(length: number): Cursor {
    const { offset } = this.place;
    return new Cursor(this.bytes(length), this.#path, offset);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.bytes(length));
  }

  /** Base-128 varint of up to 53 bits. @see https://protobuf.dev/programming-guides/encoding/#varints */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return this.fail({ kind: 'malformed', what: 'a varint is longer than 8 bytes' });
  }

  fail(problem: Problem): never {
    throw new CheckpointError(problem, this.place);
  }

  #take(length: number): number {
    const start = this.#at;
    const size = this.#base + this.#view.byteLength;
    const needed = this.place.offset + length;
    if (needed > size) this.fail({ kind: 'truncated', needed, size });
    this.#at += length;
    return start;
  }
}
