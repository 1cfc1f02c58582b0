import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { forwardReader } from '#io/forward-reader.ts';

/** Records are divided into fragments that never cross a block, counted from the start of the file. */
const BLOCK = 32_768;

/** `u32` checksum of type and data · `u16` length of data · `u8` type. */
const HEADER = 7;

const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;

/** A record must be in memory to be parsed. */
const MAX_RECORD = 256 << 20;

/** A file of nothing but damage must not become a list as long as itself. */
const MAX_DEFECTS = 100;

export interface LogRecord {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of its first fragment, from the start of the file. */
  readonly offset: number;
}

export interface LogRecords {
  readonly records: readonly LogRecord[];
  /** Behind the last whole record: where to go on when the file has grown. */
  readonly end: number;
  /** One at or after `end` is provisional. */
  readonly defects: readonly Defect[];
}

interface LogOptions {
  /** Where the first record begins: behind what a writer puts before it, or the `end` of an earlier reading. */
  readonly from: number;
  /** Whether a fragment has this checksum; `data` begins with the byte of its type. */
  readonly isSound: (data: Uint8Array<ArrayBuffer>, checksum: number) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The records of a log in the format of LevelDB, those that end in one block at a time. What is damaged is
 * stepped over: to the next fragment where that is sound, else to the next block.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/log_format.md
 */
export async function* readLevelDbLog(
  source: ByteSource,
  { from, isSound, signal }: LogOptions,
): AsyncGenerator<LogRecords> {
  if (from > source.size) throw new CheckpointError({ kind: 'changed' }, { path: source.path });
  const window = forwardReader(source, signal);
  const scan = new Scan(source, { from, isSound });
  for (let at = from; at < source.size; ) {
    const next = Math.min(at - (at % BLOCK) + BLOCK, source.size);
    const { bytes } = await window(at, next - at);
    signal?.throwIfAborted();
    scan.over(bytes.subarray(0, next - at), at, next === source.size);
    at = next;
    yield scan.take();
  }
}

class Scan {
  readonly #path: string;
  readonly #size: number;
  readonly #isSound: LogOptions['isSound'];
  #records: LogRecord[] = [];
  #defects: Defect[] = [];
  #told = 0;
  #isCut = false;
  #end: number;
  /** The fragments so far of the record that is not whole yet. */
  #begun: {
    readonly offset: number;
    readonly parts: Uint8Array<ArrayBuffer>[];
    size: number;
  } | null = null;

  constructor({ path, size }: ByteSource, { from, isSound }: Pick<LogOptions, 'from' | 'isSound'>) {
    this.#path = path;
    this.#size = size;
    this.#isSound = isSound;
    this.#end = from;
  }

  /** The fragments of the rest of a block, which lies at `base`. */
  over(block: Uint8Array<ArrayBuffer>, base: number, isLast: boolean): void {
    let at = 0;
    for (let next = 0; next >= 0; ) {
      at = next;
      next = this.#step(block, at, { base, isLast });
    }
    if (isLast && !this.#isCut) this.#endAt(block, at);
  }

  /** Takes one fragment and gives where the next begins; -1 where the block has no more. */
  #step(
    block: Uint8Array<ArrayBuffer>,
    at: number,
    { base, isLast }: { readonly base: number; readonly isLast: boolean },
  ): number {
    const fragment = this.#fragmentAt(block, at);
    if (fragment === 'padding') return -1;
    const next = at + HEADER + lengthAt(block, at);
    if (fragment === 'past the block') {
      // The last block may be one that is still being written.
      if (isLast) this.#cut(base + at, base + next);
      else this.#lose('a fragment goes past its block', base + at, base + block.length);
      return -1;
    }
    if (fragment !== 'damaged') {
      this.#add(fragment, base + at, base + next);
      return next;
    }
    const goesOn = typeof this.#fragmentAt(block, next) !== 'string';
    this.#lose(
      'a record does not match its checksum',
      base + at,
      base + (goesOn ? next : block.length),
    );
    return goesOn ? next : -1;
  }

  /** The file ends here: with padding, or within a record. */
  #endAt(block: Uint8Array<ArrayBuffer>, at: number): void {
    const isPadding = block.subarray(at).every((byte) => byte === 0);
    if (this.#begun || (!isPadding && block.length - at < HEADER)) {
      this.#cut(this.#size - (block.length - at), this.#size + 1);
    }
  }

  #fragmentAt(block: Uint8Array<ArrayBuffer>, at: number) {
    if (block.length - at < HEADER) return 'padding';
    const length = lengthAt(block, at);
    const type = block[at + 6] as number;
    if (length === 0 && type === 0) return 'padding';
    const end = at + HEADER + length;
    if (end > block.length) return 'past the block';
    const view = new DataView(block.buffer, block.byteOffset + at, HEADER);
    const isSound = this.#isSound(block.subarray(at + 6, end), view.getUint32(0, true));
    return isSound ? { type, data: block.subarray(at + HEADER, end) } : 'damaged';
  }

  #add(
    { type, data }: { readonly type: number; readonly data: Uint8Array<ArrayBuffer> },
    offset: number,
    end: number,
  ): void {
    if (type === FULL || type === FIRST) {
      if (this.#begun) this.#tell('a record does not end', this.#begun.offset, offset);
      this.#begun = { offset, parts: [], size: 0 };
    }
    // The rest of a record whose beginning is lost, which was told of.
    if (!this.#begun) return;
    if (type < FULL || type > LAST) {
      this.#lose(`a fragment of type ${type}`, offset, end);
      return;
    }
    this.#begun.parts.push(data);
    this.#begun.size += data.length;
    if (this.#begun.size > MAX_RECORD)
      this.#lose('a record is longer than any', this.#begun.offset, end);
    else if (type !== FIRST && type !== MIDDLE) this.#finish(this.#begun, end);
  }

  #finish(
    {
      offset,
      parts,
      size,
    }: {
      readonly offset: number;
      readonly parts: Uint8Array<ArrayBuffer>[];
      readonly size: number;
    },
    end: number,
  ): void {
    const [only] = parts;
    this.#records.push({ offset, bytes: only && parts.length === 1 ? only : joined(parts, size) });
    this.#begun = null;
    this.#end = end;
  }

  #cut(offset: number, needed: number): void {
    this.#isCut = true;
    const place = { path: this.#path, offset: this.#begun?.offset ?? offset };
    this.#defects.push({ problem: { kind: 'truncated', needed, size: this.#size }, place });
  }

  #lose(what: string, offset: number, end: number): void {
    this.#tell(what, this.#begun?.offset ?? offset, end);
    this.#begun = null;
  }

  #tell(what: string, offset: number, end: number): void {
    if (++this.#told > MAX_DEFECTS) return;
    const all = this.#told === MAX_DEFECTS ? `${what}; more damage follows` : what;
    const place = { path: this.#path, offset, end };
    this.#defects.push({ problem: { kind: 'corrupt', what: all }, place });
  }

  take(): LogRecords {
    const taken = { records: this.#records, end: this.#end, defects: this.#defects };
    this.#records = [];
    this.#defects = [];
    return taken;
  }
}

function lengthAt(block: Uint8Array, at: number): number {
  return (block[at + 4] as number) + (block[at + 5] as number) * 256;
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
