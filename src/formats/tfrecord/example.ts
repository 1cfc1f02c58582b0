import { CheckpointError } from '#domain/problem.ts';

/** Where the values of one feature lie: a list of one of three kinds, `[from, to)` of the bytes. */
export interface FeatureSpan {
  readonly kind: FeatureKind;
  readonly from: number;
  readonly to: number;
}

export type FeatureKind = 'bytes' | 'float32' | 'int64';

const KINDS: readonly (FeatureKind | undefined)[] = [undefined, 'bytes', 'float32', 'int64'];

/**
 * The features of one serialized `tf.train.Example` in `[from, to)` of some bytes, their values not decoded:
 *
 *     1: Features { 1: entries { 1: key, 2: Feature { 1 | 2 | 3: list { 1: values } } } }
 *
 * A feature without a list is left out. Throws `malformed` where the bytes are no such message.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/feature.proto
 */
export function readExample(
  bytes: Uint8Array<ArrayBuffer>,
  [from, to]: readonly [number, number],
  path: string,
): ReadonlyMap<string, FeatureSpan> {
  const found = new Map<string, FeatureSpan>();
  const wire = new Wire(bytes, path);
  wire.each(from, to, (field, start, end) => {
    if (field !== 1) return;
    wire.each(start, end, (entry, at, until) => {
      if (entry === 1) readEntry(wire, at, until, found);
    });
  });
  return found;
}

function readEntry(wire: Wire, from: number, to: number, found: Map<string, FeatureSpan>): void {
  let key = '';
  let span: FeatureSpan | null = null;
  wire.each(from, to, (field, start, end) => {
    if (field === 1) key = wire.text(start, end);
    if (field !== 2) return;
    wire.each(start, end, (list, at, until) => {
      const kind = KINDS[list];
      if (kind && until > at) span = { kind, from: at, to: until };
    });
  });
  if (span) found.set(key, span);
}

/** Numbers of a list, packed or not. */
export function readNumbers(
  bytes: Uint8Array<ArrayBuffer>,
  { kind, from, to }: FeatureSpan,
  path: string,
): number[] {
  const wire = new Wire(bytes, path);
  const values: number[] = [];
  wire.each(from, to, (field, start, end) => {
    if (field !== 1) return;
    if (kind === 'int64') wire.eachVarint(start, end, (value) => values.push(value));
    else for (let at = start; at + 4 <= end; at += 4) values.push(wire.view.getFloat32(at, true));
  });
  return values;
}

/** How many values a list has. */
export function countValues(
  bytes: Uint8Array<ArrayBuffer>,
  { kind, from, to }: FeatureSpan,
  path: string,
): number {
  let count = 0;
  new Wire(bytes, path).each(from, to, (field, start, end) => {
    if (field !== 1) return;
    if (kind === 'bytes') count++;
    else if (kind === 'float32') count += Math.floor((end - start) / 4);
    else for (let at = start; at < end; at++) if ((bytes[at] ?? 0) < 0x80) count++;
  });
  return count;
}

/** A view of the first value of a list of bytes. */
export function firstBytes(
  bytes: Uint8Array<ArrayBuffer>,
  { from, to }: FeatureSpan,
  path: string,
): Uint8Array<ArrayBuffer> | null {
  let found: Uint8Array<ArrayBuffer> | null = null;
  new Wire(bytes, path).each(from, to, (field, start, end) => {
    if (field === 1) found ??= bytes.subarray(start, end);
  });
  return found;
}

type VisitField = (field: number, start: number, end: number) => void;

const utf8 = new TextDecoder();

/** Fields of messages in place: no values are copied. */
class Wire {
  readonly view: DataView;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #path: string;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, path: string) {
    this.#bytes = bytes;
    this.#path = path;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  text(from: number, to: number): string {
    return utf8.decode(this.#bytes.subarray(from, to));
  }

  each(from: number, to: number, visit: VisitField): void {
    let at = from;
    while (at < to) {
      this.#at = at;
      const tag = this.#varint(to);
      const type = tag % 8;
      const start = type === 2 ? this.#lengthAt(to) : this.#at;
      const end = type === 2 ? this.#end : this.#endOf(type, start, to);
      if (end > to) this.#fail();
      visit((tag - type) / 8, start, end);
      at = end;
    }
  }

  eachVarint(from: number, to: number, visit: (value: number) => void): void {
    this.#at = from;
    while (this.#at < to) visit(this.#signed(to));
  }

  #end = 0;

  /** Where a value with a length begins; where it ends is kept. */
  #lengthAt(to: number): number {
    const length = this.#varint(to);
    this.#end = this.#at + length;
    return this.#at;
  }

  #endOf(type: number, start: number, to: number): number {
    if (type === 1) return start + 8;
    if (type === 5) return start + 4;
    if (type !== 0) this.#fail();
    this.#varint(to);
    return this.#at;
  }

  #varint(to: number): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (this.#at >= to) this.#fail();
      this.#at++;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 63) this.#fail();
    }
  }

  /** 64 bits, two's complement; past 2⁵³ rounded as any number is. */
  #signed(to: number): number {
    const start = this.#at;
    const value = this.#varint(to);
    if (value < 2 ** 53) return value;
    let wide = 0n;
    for (let at = this.#at - 1; at >= start; at--) {
      wide = (wide << 7n) | BigInt((this.#bytes[at] ?? 0) & 0x7f);
    }
    return Number(BigInt.asIntN(64, wide));
  }

  #fail(): never {
    const problem = { kind: 'malformed', what: 'a record is no tf.train.Example' } as const;
    throw new CheckpointError(problem, { path: this.#path });
  }
}
