import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { forwardReader, type Window } from '#io/forward-reader.ts';
import { maskedCrc32c, maskedCrc32cOf } from './crc32c.ts';

/** `u64` length · `u32` checksum of the length. */
const HEADER = 12;
/** `u32` checksum of the payload. */
const FOOTER = 4;

/** A record must be in memory to be checked. Trainers log pictures of some megabytes at most. */
const MAX_RECORD = 256 << 20;

/**
 * Bytes checked in vain before damaged records are stepped over whole: a file made of lengths that all
 * promise much would else be read once for each.
 */
const MAX_WASTED = 256 << 20;

/** Bytes after which progress is told; a record across two pieces is none. */
const PROGRESS = 1 << 20;

/** A file of nothing but damage must not become a list as long as itself. */
const MAX_DEFECTS = 100;

/** The checksum of every length below 4096, which nearly all are: computed once, not for each record. */
const LENGTH_CHECKS = Uint32Array.from({ length: 4096 }, (_, length) =>
  maskedCrc32c(new Uint8Array([length & 255, length >>> 8, 0, 0, 0, 0, 0, 0])),
);

/** Called with each sound record: its payload is `[from, to)` of the window, good until it returns. */
export type VisitRecord = (window: Window, from: number, to: number) => void;

/** How far reading has come. */
export interface TfRecordProgress {
  /**
   * The byte to go on from when the file has grown. Before the end of the file, what follows is a
   * record not whole yet, or damage that nothing sound follows.
   */
  readonly end: number;
  /** Damage met on the way. At or after `end` it is provisional: going on from `end` meets it again. */
  readonly defects: readonly Defect[];
}

export interface TfRecordOptions {
  /** Byte to start from: 0, or the `end` of an earlier reading. */
  readonly from?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Visits the records of a TFRecord file and compares both checksums of each:
 *
 *     u64 length · u32 masked CRC-32C of length · payload · u32 masked CRC-32C of payload
 *
 * A damaged record is stepped over: reading goes on at the next byte where a length and its checksum
 * agree. A file still being written may stop inside a record; that record is left for next time.
 * Throws `changed` when the file has become shorter than `from`.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/io/record_writer.h
 */
export async function* readTfRecords(
  source: ByteSource,
  visit: VisitRecord,
  { from = 0, signal }: TfRecordOptions = {},
): AsyncGenerator<TfRecordProgress> {
  if (from > source.size) throw new CheckpointError({ kind: 'changed' }, { path: source.path });
  const read = forwardReader(source, signal);
  const scan = new Scan(source, from);
  let told = from;
  while (!scan.done) {
    const window = await read(scan.at, scan.needed);
    signal?.throwIfAborted();
    scan.over(window, visit);
    if (!scan.done && scan.end - told < PROGRESS) continue;
    told = scan.end;
    yield { end: scan.end, defects: scan.takeDefects() };
  }
}

/** Where a reading stands. All offsets count from the start of the file. */
class Scan {
  /** The next byte to look at. */
  at: number;
  /** Bytes wanted from `at`. */
  needed = HEADER;
  done = false;
  /** The record that cannot be read, while the next sound one is searched. */
  #lost: { readonly at: number; readonly problem: Problem | 'not whole' } | null = null;
  #defects: Defect[] = [];
  #unlisted = 0;
  #wasted = 0;
  readonly #path: string;
  readonly #size: number;

  constructor({ path, size }: ByteSource, from: number) {
    this.#path = path;
    this.#size = size;
    this.at = from;
    this.done = from >= size;
  }

  get end(): number {
    return this.#lost?.at ?? this.at;
  }

  takeDefects(): Defect[] {
    const defects = this.#defects;
    const last = defects.at(-1);
    if (last && this.#unlisted > 0) {
      const what = `${this.#unlisted} more damaged places follow`;
      defects.push({ problem: { kind: 'corrupt', what }, place: last.place });
    }
    this.#defects = [];
    this.#unlisted = 0;
    return defects;
  }

  /** Goes through a window that begins at `at`, and says by `at` and `needed` what it wants next. */
  over(window: Window, visit: VisitRecord): void {
    const end = window.base + window.bytes.length;
    this.needed = HEADER;
    while (!this.done) {
      if (this.#lost && !this.#seek(window)) break;
      this.#records(window, visit);
      if (this.#lost) continue;
      if (this.at + this.needed <= this.#size) return;
      if (this.#size - this.at < HEADER) break;
      // Whole records may lie beyond one that was cut: two trainers wrote here, one after the other.
      this.#lose('not whole', HEADER);
    }
    if (end < this.#size) return;
    if (this.#lost && this.#lost.problem !== 'not whole') {
      this.#report(this.#lost.problem, this.#lost.at);
    }
    this.done = true;
  }

  /** Visits sound records from `at` on, until one is damaged or reaches past the window. */
  #records(window: Window, visit: VisitRecord): void {
    const { bytes, view, base } = window;
    let at = this.at - base;
    this.needed = HEADER;
    while (at + HEADER <= bytes.length) {
      if (!isHeader(window, at)) {
        this.at = base + at;
        this.#lose(
          { kind: 'corrupt', what: 'the length of a record and its checksum disagree' },
          1,
        );
        return;
      }
      const length = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
      const end = at + HEADER + length + FOOTER;
      if (length > MAX_RECORD) {
        this.at = base + at;
        this.#passLarge(length);
        return;
      }
      if (end > bytes.length) {
        this.needed = end - at;
        break;
      }
      if (view.getUint32(end - FOOTER, true) !== maskedCrc32cOf(view, at + HEADER, end - FOOTER)) {
        this.at = base + at;
        this.#wasted += length;
        const skip = this.#wasted > MAX_WASTED ? end - at : HEADER;
        this.#lose({ kind: 'corrupt', what: 'a record and its checksum disagree' }, skip);
        return;
      }
      visit(window, at + HEADER, end - FOOTER);
      at = end;
    }
    this.at = base + at;
  }

  #passLarge(length: number): void {
    const problem = {
      kind: 'too-large',
      what: 'a record',
      size: length,
      limit: MAX_RECORD,
    } as const;
    const end = this.at + HEADER + length + FOOTER;
    if (end > this.#size) {
      this.#lose(problem, 1);
      return;
    }
    this.#report(problem, this.at);
    this.at = end;
    if (end === this.#size) this.done = true;
  }

  /** Gives the record at `at` up; the search for another begins `skip` bytes on. */
  #lose(problem: Problem | 'not whole', skip: number): void {
    this.#lost = { at: this.at, problem };
    this.at += skip;
  }

  /** Moves `at` to the next place that looks like a record, `true` if the window has one. */
  #seek(window: Window): boolean {
    const { bytes, view, base } = window;
    const lost = this.#lost;
    // A record that is merely not whole yet is given up only for one that is.
    const fits = lost?.problem === 'not whole' ? this.#size : Number.POSITIVE_INFINITY;
    let at = this.at - base;
    for (; at + HEADER <= bytes.length; at++) {
      if (view.getUint32(at + 4, true) !== 0) continue;
      const length = view.getUint32(at, true);
      if (length > MAX_RECORD || base + at + HEADER + length + FOOTER > fits) continue;
      if (!isHeader(window, at)) continue;
      const cut = { kind: 'corrupt', what: 'a record was cut, and others follow it' } as const;
      if (lost) this.#report(lost.problem === 'not whole' ? cut : lost.problem, lost.at);
      this.#lost = null;
      this.at = base + at;
      return true;
    }
    this.at = base + at;
    return false;
  }

  #report(problem: Problem, offset: number): void {
    if (this.#defects.length === MAX_DEFECTS) this.#unlisted++;
    else this.#defects.push({ problem, place: { path: this.#path, offset } });
  }
}

/** Whether the length at `at` and its checksum agree. */
function isHeader({ bytes, view }: Window, at: number): boolean {
  const length = view.getUint32(at, true);
  const check =
    length < LENGTH_CHECKS.length && view.getUint32(at + 4, true) === 0
      ? LENGTH_CHECKS[length]
      : maskedCrc32c(bytes, at, at + 8);
  return view.getUint32(at + 8, true) === check;
}
