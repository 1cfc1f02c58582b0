import { CheckpointError, type Defect, type Place } from '#domain/problem.ts';
import type { Verification, VerifyOptions } from '#domain/tensor.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { crc32 } from './crc32.ts';
import type { ZipEntry } from './zip-directory.ts';
import { inflate } from './zip-inflate.ts';
import { headerSize, parseLocalHeader } from './zip-local-header.ts';

/** Read at a time; large enough that the disk and not the call is what takes time. */
const PIECE = 2 ** 24;
/** So that the next piece is there when one has been summed: 48 MB at once. */
const IN_FLIGHT = 3;
/** An extra field is no longer than this. */
const MAX_EXTRA = 65_535;
/** `signature u32 · CRC u32 · sizes u64 u64` at most. */
const MAX_DESCRIPTOR = 24;
const LOCAL_SIGNATURE = [0x50, 0x4b, 0x03, 0x04];

interface Job {
  readonly file: ByteSource;
  /** Sorted by offset, none left out between two. */
  readonly entries: readonly ZipEntry[];
  /** Whether the archive has checksums at all. */
  readonly compared: boolean;
}

interface Options extends VerifyOptions {
  readonly tensorOf?: ((name: string) => string | undefined) | undefined;
}

/** Compares the CRC-32 of neighbouring entries with their contents, reading the file once. */
export async function verifyEntries(
  { file, entries, compared }: Job,
  { signal, onProgress, tensorOf }: Options,
): Promise<Verification> {
  const [first, last] = [entries[0], entries.at(-1)];
  if (!compared || !first || !last) return { defects: [], checked: compared };
  const feed = new Feed(readAhead(file, first.offset, last.end, signal), first.offset, onProgress);
  const defects: Defect[] = [];
  try {
    for (const entry of entries) {
      const tensor = tensorOf?.(entry.name);
      const { offset, end } = entry;
      const place = { path: file.path, offset, end, ...(tensor && { tensor }) };
      await feed.skipTo(entry.offset);
      const defect = await verifyEntry(feed, entry, place);
      if (defect) defects.push(defect);
    }
  } finally {
    await feed.close();
  }
  return { defects, checked: true };
}

async function verifyEntry(
  feed: Feed,
  entry: ZipEntry,
  place: Place & { offset: number },
): Promise<Defect | undefined> {
  try {
    const span = entry.end - entry.offset;
    const header = await feed.peek(Math.min(span, headerSize(entry) + MAX_EXTRA));
    const start = parseLocalHeader(header, entry, place.path);
    await feed.skipTo(start);
    let crc = 0;
    for await (const piece of contents(feed, entry, place)) crc = crc32(piece, crc);
    if (crc !== entry.crc32) {
      const what = `the contents of ${entry.name} do not match their checksum`;
      throw new CheckpointError({ kind: 'corrupt', what }, place);
    }
    await feed.skipTo(start + entry.compressedSize);
    await findHidden(feed, entry, place);
  } catch (error) {
    if (!(error instanceof CheckpointError) || feed.failed) throw error;
    return { problem: error.problem, place };
  }
  return undefined;
}

function contents(feed: Feed, entry: ZipEntry, place: Place): AsyncIterable<Uint8Array> {
  const { method, name, compressedSize } = entry;
  if (method === 0) return feed.take(compressedSize);
  if (method === 8) return inflate(feed.take(compressedSize), entry, place);
  const feature = `compression method ${method}, used for ${name},`;
  throw new CheckpointError({ kind: 'unsupported', feature }, place);
}

/** Looks for an entry that the directory does not list, in the room before the next one. */
async function findHidden(feed: Feed, entry: ZipEntry, place: Place): Promise<void> {
  const room = entry.end - feed.at;
  if (room <= MAX_DESCRIPTOR) return;
  const bytes = await feed.peek(Math.min(room, MAX_EXTRA));
  const hidden = bytes.some((_, at) =>
    LOCAL_SIGNATURE.every((byte, index) => bytes[at + index] === byte),
  );
  if (!hidden) return;
  const what = `behind ${entry.name} stands an entry that is not in the directory`;
  throw new CheckpointError({ kind: 'unsafe', what }, place);
}

/** Bytes in pieces, some of them on their way while one is used. */
async function* readAhead(
  file: ByteSource,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const waiting: Promise<Uint8Array<ArrayBuffer>>[] = [];
  for (let at = start; at < end || waiting.length > 0; ) {
    while (at < end && waiting.length < IN_FLIGHT) {
      const piece = file.read(at, Math.min(end, at + PIECE), signal);
      // Its failure is seen when its turn comes; until then it must not count as unhandled.
      piece.catch(() => undefined);
      waiting.push(piece);
      at += PIECE;
    }
    const next = await waiting.shift();
    if (next) yield next;
  }
}

/** Bytes of a file one after another, looked at before they are taken. */
class Feed {
  /** Whether reading the file failed: then there is nothing to go on with. */
  failed = false;
  /** Of the next byte, from the start of the file. */
  at: number;
  readonly #pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>;
  readonly #onProgress: VerifyOptions['onProgress'];
  readonly #from: number;
  /** Read but not taken, in order; none of them empty. */
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];

  constructor(
    pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
    at: number,
    onProgress: VerifyOptions['onProgress'],
  ) {
    this.#pieces = pieces;
    this.#onProgress = onProgress;
    this.#from = at;
    this.at = at;
  }

  /** The next `length` bytes, or as many as there are, without taking them. */
  async peek(length: number): Promise<Uint8Array<ArrayBuffer>> {
    let ready = this.#waiting.reduce((sum, piece) => sum + piece.length, 0);
    while (ready < length) {
      const piece = await this.#next();
      if (!piece) break;
      ready += piece.length;
    }
    const [first] = this.#waiting;
    if (first && first.length >= length) return first.subarray(0, length);
    const joined = new Uint8Array(Math.min(length, ready));
    let at = 0;
    for (const piece of this.#waiting) {
      joined.set(piece.subarray(0, joined.length - at), at);
      at += Math.min(piece.length, joined.length - at);
    }
    return joined;
  }

  /** The next `length` bytes in pieces; what is not asked for is not taken. */
  async *take(length: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let left = length; left > 0; ) {
      const piece = await this.#step(left);
      if (!piece) return;
      left -= piece.length;
      yield piece;
    }
  }

  /** Goes on at an offset that is not before `at`. */
  async skipTo(offset: number): Promise<void> {
    while (this.at < offset && (await this.#step(offset - this.at)));
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }

  /** Reads one more piece. */
  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const { value, done } = await this.#pieces.next();
      if (done) return undefined;
      this.#waiting.push(value);
      return value;
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }

  /** Takes up to `length` bytes. */
  async #step(length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const first = this.#waiting[0] ?? (await this.#next());
    if (!first) return undefined;
    const piece = first.subarray(0, length);
    if (piece.length === first.length) this.#waiting.shift();
    else this.#waiting[0] = first.subarray(length);
    this.at += piece.length;
    this.#onProgress?.(this.at - this.#from);
    return piece;
  }
}
