import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type Pickle, type PickleOptions, readPickle } from './pickle.ts';

/** What may go with reading one pickle of a stream. */
export interface PickleStreamOptions extends Pick<PickleOptions, 'observer' | 'resolve'> {
  readonly signal?: AbortSignal | undefined;
}

/** Enough for all but the pickles of large models. */
const FIRST_READ = 2 ** 16;
/** More at each further read, so that a large pickle is read from its start only a few times. */
const GROWTH = 8;
/** Objects of a checkpoint can be large, but not as large as its tensors. */
const MAX_PICKLE_SIZE = 2 ** 28;

/** Pickles one after another in a file, with other bytes between them. No more is read than they need. */
export class PickleStream {
  /** Offset of the next pickle or byte. */
  at: number;
  readonly #source: ByteSource;
  readonly #end: number;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  /** Offset in the file of the first of `#bytes`. */
  #base = 0;

  /** @param end offset in the file at which there is nothing more to read */
  constructor(source: ByteSource, at = 0, end = source.size) {
    this.#source = source;
    this.at = at;
    this.#end = end;
  }

  /** Reads the next pickle. An observer may be told of the same things more than once. */
  async next({ signal, observer, resolve }: PickleStreamOptions = {}): Promise<Pickle> {
    const { path, size } = this.#source;
    // What was read for the pickle before is mostly enough.
    const have = this.at < this.#base ? 0 : this.#base + this.#bytes.length - this.at;
    for (
      let length = have > 0 ? have : FIRST_READ;
      ;
      length = Math.max(FIRST_READ, length * GROWTH)
    ) {
      await this.#load(length, signal);
      try {
        const pickle = readPickle(this.#bytes, {
          path,
          base: this.#base,
          start: this.at - this.#base,
          total: this.#end - this.#base,
          stored: size,
          observer,
          resolve,
        });
        this.at = this.#base + pickle.end;
        return pickle;
      } catch (error) {
        if (!this.#mayGrow(error, length)) throw error;
      }
    }
  }

  /** The next `length` bytes, as a copy. */
  async take(length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    if (length > this.#end - this.at) this.#tooShort(length);
    await this.#load(length, signal);
    const from = this.at - this.#base;
    this.at += length;
    return this.#bytes.slice(from, from + length);
  }

  /** Steps over bytes without reading them; throws `truncated` when they are not there. */
  skip(length: number): void {
    if (length > this.#end - this.at) this.#tooShort(length);
    this.at += length;
  }

  #tooShort(length: number): never {
    const { path } = this.#source;
    throw new CheckpointError(
      { kind: 'truncated', needed: this.at + length, size: this.#end },
      { path, offset: this.at },
    );
  }

  /** Makes sure that `length` bytes from the next one on are there, or all that follow. */
  async #load(length: number, signal: AbortSignal | undefined): Promise<void> {
    const have = this.#base + this.#bytes.length;
    const end = Math.min(this.#end, this.at + length);
    if (this.at >= this.#base && end <= have) return;
    const kept =
      this.at >= this.#base && this.at < have
        ? this.#bytes.subarray(this.at - this.#base)
        : new Uint8Array();
    const from = this.at + kept.length;
    // What is read for a few bytes is enough for the pickle behind them.
    const to = Math.min(this.#end, Math.max(end, from + FIRST_READ));
    const more = await this.#source.read(from, to, signal);
    const bytes = new Uint8Array(kept.length + more.length);
    bytes.set(kept);
    bytes.set(more, kept.length);
    this.#bytes = bytes;
    this.#base = this.at;
  }

  #mayGrow(error: unknown, length: number): boolean {
    if (!(error instanceof CheckpointError) || error.problem.kind !== 'truncated') return false;
    if (this.at + length >= this.#end) return false;
    if (length < MAX_PICKLE_SIZE) return true;
    const { path } = this.#source;
    throw new CheckpointError(
      { kind: 'too-large', what: 'a pickle', size: this.#end - this.at, limit: MAX_PICKLE_SIZE },
      { path, offset: this.at },
    );
  }
}
