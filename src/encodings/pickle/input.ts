import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';

/** Where a pickle comes from. */
export interface PickleSource {
  readonly path: string;
  /** Offset of the first byte in the file; left out where the pickle is inside something else. */
  readonly base?: number | undefined;
  /** Bytes there are in all, where those given are only the first of them. */
  readonly total?: number | undefined;
}

/** The bytes of a pickle, read one field after another. Every failure says where. */
export class Input {
  readonly bytes: Uint8Array;
  at: number;
  readonly #view: DataView;
  readonly #source: PickleSource;

  constructor(bytes: Uint8Array, at: number, source: PickleSource) {
    this.bytes = bytes;
    this.at = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#source = source;
  }

  /** Steps over `length` bytes, and gives the position before them. */
  step(length: number): number {
    const start = this.at;
    const end = start + length;
    if (end > this.bytes.length) this.#exhausted(length);
    this.at = end;
    return start;
  }

  u8 = (): number => this.#view.getUint8(this.step(1));
  u16 = (): number => this.#view.getUint16(this.step(2), true);
  i32 = (): number => this.#view.getInt32(this.step(4), true);
  u32 = (): number => this.#view.getUint32(this.step(4), true);
  /** Big-endian, unlike all else in a pickle. */
  f64 = (): number => this.#view.getFloat64(this.step(8), false);

  /** A length of 64 bits; one that no memory holds is refused here. */
  u64(): number {
    const value = Number(this.#view.getBigUint64(this.step(8), true));
    return value <= Number.MAX_SAFE_INTEGER ? value : this.fail(malformed('a length is absurd'));
  }

  /** A length that is signed in the format, though it must not be negative. */
  length32(): number {
    const value = this.i32();
    return value >= 0 ? value : this.fail(malformed('a length is negative'));
  }

  take(length: number): Uint8Array {
    const start = this.step(length);
    return this.bytes.subarray(start, this.at);
  }

  /** Up to the next line break, which is stepped over. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) this.#exhausted(this.bytes.length - this.at + 1);
    const line = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    return line;
  }

  fail(problem: Problem, options?: ErrorOptions): never {
    throw new CheckpointError(problem, this.#place, options);
  }

  get #place(): Place {
    const { path, base } = this.#source;
    return base === undefined ? { path } : { path, offset: base + this.at };
  }

  /** A length past the whole pickle was never true; one past its end may have been. */
  #exhausted(length: number): never {
    const { total = this.bytes.length } = this.#source;
    // Fields of a fixed size are never longer than this.
    if (length > Math.max(8, total)) this.fail(malformed(`${length} bytes are said to follow`));
    const base = this.#source.base ?? 0;
    const size = base + this.bytes.length;
    return this.fail({ kind: 'truncated', needed: base + this.at + length, size });
  }
}

export function malformed(what: string): Problem {
  return { kind: 'malformed', what: `the pickle is damaged: ${what}` };
}
