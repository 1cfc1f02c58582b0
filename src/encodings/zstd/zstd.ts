import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';
import { ZstdDamage } from './damage.ts';
import type { HuffmanTable } from './huffman.ts';
import { readLiterals } from './literals.ts';
import { executeSequences, type History, type Output } from './sequences.ts';
import { xxh64 } from './xxh64.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What the bytes may be decompressed to. */
export interface ZstdOptions {
  /** Bytes of the contents, where they are known beforehand; others are `corrupt`. */
  readonly size?: number;
  /** No more memory than this is asked for, in bytes. */
  readonly limit: number;
  readonly place: Place;
  /** Compares the frame's own checksum, where it has one; it takes longer than decompressing. */
  readonly verify?: boolean;
}

/** A frame of a Zstandard file. */
interface Frame {
  /** Bytes `[start, end)`, checksum included. */
  readonly start: number;
  readonly end: number;
  /** Of the contents; `undefined` where the writer did not know it beforehand. */
  readonly size: number | undefined;
  readonly isChecked: boolean;
  /** Blocks hold this much at most. */
  readonly most: number;
  /** Where the first block begins. */
  readonly blocks: number;
}

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a5;
const MAX_BLOCK = 2 ** 17;
/** Frames in one value; writers make one. */
const MAX_FRAMES = 1000;

/**
 * Contents of Zstandard frames, one after another. Throws `corrupt` for damaged ones, `too-large` before memory is
 * asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8878
 */
export function decompressZstd(bytes: Bytes, options: ZstdOptions): Bytes {
  const { size, limit, place } = options;
  const fail: Fail = (problem) => {
    throw new CheckpointError(problem, place);
  };
  const frames = framesOf(bytes, fail);
  const contents: Bytes[] = [];
  let total = 0;
  for (const frame of frames) {
    const known = frame.size ?? (frames.length === 1 ? size : undefined);
    const part = decompressFrame(bytes, frame, outputOf(known, limit - total, fail), fail);
    if (options.verify) compare(bytes, frame, part, fail);
    contents.push(part);
    total += part.length;
  }
  if (size !== undefined && total !== size) {
    const what = `the compressed contents are ${total} bytes instead of ${size}`;
    fail({ kind: 'corrupt', what });
  }
  const [only] = contents;
  return only && contents.length === 1 ? only : joined(contents, total);
}

/** Whether all its frames have checksums of their contents. */
export function hasZstdChecksum(bytes: Bytes, place: Place): boolean {
  const frames = framesOf(bytes, (problem) => {
    throw new CheckpointError(problem, place);
  });
  return frames.length > 0 && frames.every(({ isChecked }) => isChecked);
}

type Fail = (problem: Problem) => never;

const damaged = (what: string): Problem => ({ kind: 'corrupt', what });

/** Finds frames by the headers of their blocks alone. */
function framesOf(bytes: Bytes, fail: Fail): readonly Frame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Frame[] = [];
  const u32 = (at: number): number =>
    at + 4 <= bytes.length
      ? view.getUint32(at, true)
      : fail(damaged('the compressed contents end too early'));
  for (let at = 0; at < bytes.length; ) {
    const magic = u32(at);
    if (magic >>> 4 === SKIPPABLE) {
      at += 8 + u32(at + 4);
      continue;
    }
    if (magic !== MAGIC) fail(damaged('it is not compressed by Zstandard'));
    const frame = frameAt(view, at, fail);
    frames.push(frame);
    at = frame.end;
    if (frames.length > MAX_FRAMES) fail(damaged('it has too many frames'));
  }
  return frames;
}

function frameAt(view: DataView, start: number, fail: Fail): Frame {
  const byte = (at: number): number =>
    at < view.byteLength
      ? view.getUint8(at)
      : fail(damaged('the compressed contents end too early'));
  const flags = byte(start + 4);
  const isSingle = (flags & 0x20) !== 0;
  const isChecked = (flags & 0x04) !== 0;
  if ((flags & 0x03) !== 0) fail({ kind: 'unsupported', feature: 'a dictionary of Zstandard' });
  const at = start + (isSingle ? 5 : 6);
  const width = flags >> 6 === 0 ? Number(isSingle) : 2 ** (flags >> 6);
  const size = width > 0 ? sizeAt(at, width, byte) : undefined;
  const blocks = walkBlocks(at + width, byte, fail);
  const end = blocks.end + (isChecked ? 4 : 0);
  if (end > view.byteLength) fail(damaged('the compressed contents end too early'));
  if (size !== undefined && size > blocks.most) {
    fail(damaged(`it claims ${size} bytes, but holds ${blocks.most} at most`));
  }
  return { start, end, size, isChecked, most: blocks.most, blocks: at + width };
}

type ByteAt = (at: number) => number;

function sizeAt(at: number, width: number, byte: ByteAt): number {
  let size = width === 2 ? 256 : 0;
  for (let i = 0; i < width; i++) size += byte(at + i) * 2 ** (8 * i);
  return size;
}

/** Where the last block ends, and what all of them hold at most. */
function walkBlocks(start: number, byte: ByteAt, fail: Fail): { end: number; most: number } {
  let at = start;
  let most = 0;
  for (let isLast = false; !isLast; ) {
    const header = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16);
    isLast = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    const length = header >> 3;
    if (type === 3 || length > MAX_BLOCK) fail(damaged('a compressed block is damaged'));
    // A block of one byte over and over stores that byte alone.
    at += 3 + (type === 1 ? 1 : length);
    most += type === 2 ? MAX_BLOCK : length;
  }
  return { end: at, most };
}

/** @param size of the contents, where it is known; else they grow up to `limit` */
function outputOf(size: number | undefined, limit: number, fail: Fail): Output {
  const tooLarge = (size: number): never =>
    fail({ kind: 'too-large', what: 'compressed contents', size, limit });
  if (size !== undefined && size > limit) tooLarge(size);
  return {
    bytes: new Uint8Array(size ?? 0),
    at: 0,
    reserve(length) {
      const needed = this.at + length;
      if (needed <= this.bytes.length) return;
      if (size !== undefined) fail(damaged(`the compressed contents are more than ${size} bytes`));
      if (needed > limit) tooLarge(needed);
      const larger = new Uint8Array(Math.min(limit, Math.max(needed, 2 * this.bytes.length)));
      larger.set(this.bytes);
      this.bytes = larger;
    },
  };
}

function decompressFrame(bytes: Bytes, frame: Frame, out: Output, fail: Fail): Bytes {
  const blocks = new Blocks(bytes, out);
  try {
    for (let at = frame.blocks; ; ) {
      const header = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
      const length = header >> 3;
      const type = (header >> 1) & 3;
      const start = at + 3;
      at = start + (type === 1 ? 1 : length);
      if (type === 2) blocks.compressed(start, at);
      else blocks.plain(start, at, length);
      if ((header & 1) !== 0) break;
    }
  } catch (error) {
    if (error instanceof ZstdDamage) fail(damaged(`the compressed contents: ${error.message}`));
    throw error;
  }
  if (frame.size !== undefined && out.at !== frame.size) {
    const what = `the compressed contents are ${out.at} bytes instead of ${frame.size}`;
    fail(damaged(what));
  }
  return out.bytes.subarray(0, out.at);
}

/** The blocks of a frame, which take over from those before them. */
class Blocks {
  readonly #bytes: Bytes;
  readonly #out: Output;
  readonly #history: History = { tables: [], offsets: [1, 4, 8] };
  #tree: HuffmanTable | undefined;

  constructor(bytes: Bytes, out: Output) {
    this.#bytes = bytes;
    this.#out = out;
  }

  /** Stored as it is, or a single byte over and over. */
  plain(start: number, end: number, length: number): void {
    const out = this.#out;
    out.reserve(length);
    if (end - start === length) out.bytes.set(this.#bytes.subarray(start, end), out.at);
    else out.bytes.fill(this.#bytes[start] ?? 0, out.at, out.at + length);
    out.at += length;
  }

  compressed(start: number, end: number): void {
    const { bytes, end: at, table } = readLiterals(this.#bytes, start, end, this.#tree);
    this.#tree = table;
    const [history, out] = [this.#history, this.#out];
    executeSequences(this.#bytes, [at, end], bytes, { history, out });
  }
}

function compare(bytes: Bytes, { end, isChecked }: Frame, contents: Bytes, fail: Fail): void {
  if (!isChecked) return;
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end - 4, 4).getUint32(0, true);
  if (Number(xxh64(contents) & 0xffffffffn) !== stored) {
    fail(damaged('the contents do not match the checksum of Zstandard'));
  }
}

function joined(parts: readonly Bytes[], total: number): Bytes {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
