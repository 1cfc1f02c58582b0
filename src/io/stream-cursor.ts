import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';
import type { ByteSource } from './byte-source.ts';

/** Read at first; most headers are no longer. */
const FIRST_READ = 2 ** 16;
/** Later reads grow up to this. */
const MAX_READ = 2 ** 22;

/** How a stream is read. */
export interface StreamOptions {
  readonly from?: number;
  /** Offset at which it ends, at most that of the file. */
  readonly to?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fields one after another in a file of which nobody knows beforehand how much is a header. What is stepped over is
 * not read. `fill` brings bytes; the methods that take them must not take more.
 */
export class StreamCursor {
  /** Whether numbers are big-endian. */
  bigEndian = false;
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #signal: AbortSignal | undefined;
  #at: number;
  /** Offset in the file of the first byte that is held. */
  #base = 0;
  #view = new DataView(new ArrayBuffer(0));
  #next = FIRST_READ;

  constructor(source: ByteSource, { from = 0, to = source.size, signal }: StreamOptions = {}) {
    this.#source = source;
    this.#end = Math.min(to, source.size);
    this.#signal = signal;
    this.#at = from;
  }

  /** Offset in the file. */
  get at(): number {
    return this.#at;
  }

  get place(): Place & { readonly offset: number } {
    return { path: this.#source.path, offset: this.#at };
  }

  /** Bytes up to the end. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  /** Sees to it that `length` bytes can be taken. A promise only where they have to be read. Throws `truncated`. */
  fill(length: number): Promise<void> | undefined {
    if (this.#at + length <= this.#base + this.#view.byteLength) return undefined;
    if (length > this.remaining) {
      this.fail({ kind: 'truncated', needed: this.#at + length, size: this.#end });
    }
    return this.#read(length);
  }

  u8 = (): number => this.#view.getUint8(this.#take(1));
  i8 = (): number => this.#view.getInt8(this.#take(1));
  u16 = (): number => this.#view.getUint16(this.#take(2), !this.bigEndian);
  i16 = (): number => this.#view.getInt16(this.#take(2), !this.bigEndian);
  u32 = (): number => this.#view.getUint32(this.#take(4), !this.bigEndian);
  i32 = (): number => this.#view.getInt32(this.#take(4), !this.bigEndian);
  u64 = (): bigint => this.#view.getBigUint64(this.#take(8), !this.bigEndian);
  i64 = (): bigint => this.#view.getBigInt64(this.#take(8), !this.bigEndian);
  f32 = (): number => this.#view.getFloat32(this.#take(4), !this.bigEndian);
  f64 = (): number => this.#view.getFloat64(this.#take(8), !this.bigEndian);

  /** The next byte, which stays to be taken. */
  peek(): number {
    return this.#view.getUint8(this.#at - this.#base);
  }

  /** A view of the next `length` bytes, good until the next `fill`. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#take(length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  /** Throws `truncated` where the file ends before. */
  skip(length: number): void {
    if (length > this.remaining) {
      this.fail({ kind: 'truncated', needed: this.#at + length, size: this.#end });
    }
    this.#at += length;
  }

  fail(problem: Problem): never {
    throw new CheckpointError(problem, this.place);
  }

  #take(length: number): number {
    const start = this.#at - this.#base;
    this.#at += length;
    return start;
  }

  async #read(length: number): Promise<void> {
    const to = Math.min(this.#end, this.#at + Math.max(length, this.#next));
    this.#next = Math.min(MAX_READ, this.#next * 2);
    const at = this.#at;
    const held = this.#base + this.#view.byteLength;
    const kept = at >= this.#base && at < held ? this.bytes(held - at).slice() : undefined;
    this.#at = at;
    const from = at + (kept?.length ?? 0);
    const read = await this.#source.read(from, to, this.#signal);
    const bytes = kept ? joined(kept, read) : read;
    this.#base = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
