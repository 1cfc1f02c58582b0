import type { Problem } from '#domain/problem.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Fail = (problem: Problem) => never;

const MAGIC = 0x184d2204;

/**
 * The contents of one LZ4 block, which must be `size` bytes. Throws `corrupt` where they are not.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
export function decompressLz4Block(bytes: Uint8Array, size: number, fail: Fail): Bytes {
  const written = new Uint8Array(size);
  const end = appendBlock(bytes, written, 0, fail);
  if (end !== size) damaged(fail, `an LZ4 block holds ${end} bytes instead of ${size}`);
  return written;
}

/**
 * The contents of an LZ4 frame, which must be `size` bytes; blocks may refer to those before them. Checksums that it
 * may have are not compared. Throws `corrupt` for damage, `unsupported` for a frame that needs a dictionary.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export function decompressLz4Frame(bytes: Uint8Array, size: number, fail: Fail): Bytes {
  const written = new Uint8Array(size);
  const { first, blockChecksum } = readFrameHeader(bytes, fail);
  let end = 0;
  for (let at = first; ; ) {
    const { block, isStored } = blockAt(bytes, at, fail);
    if (block.length === 0) break;
    if (isStored) {
      if (end + block.length > size) damaged(fail, 'an LZ4 frame holds more than it says');
      written.set(block, end);
      end += block.length;
    } else end = appendBlock(block, written, end, fail);
    at += 4 + block.length + blockChecksum;
  }
  if (end !== size) damaged(fail, `an LZ4 frame holds ${end} bytes instead of ${size}`);
  return written;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where the first block is, and how many bytes follow each. */
function readFrameHeader(bytes: Uint8Array, fail: Fail) {
  if (bytes.length < 7 || viewOf(bytes).getUint32(0, true) !== MAGIC) {
    damaged(fail, 'no LZ4 frame where one should be');
  }
  const flags = bytes[4] ?? 0;
  if (flags & 1) fail({ kind: 'unsupported', feature: 'an LZ4 frame with a dictionary' });
  return { first: 7 + (flags & 8), blockChecksum: flags & 0x10 ? 4 : 0 };
}

/** An empty block ends the frame. */
function blockAt(bytes: Uint8Array, at: number, fail: Fail) {
  if (at + 4 > bytes.length) damaged(fail, 'an LZ4 frame is cut');
  const stored = viewOf(bytes).getUint32(at, true);
  const length = stored & 0x7fffffff;
  const block = bytes.subarray(at + 4, at + 4 + length);
  if (block.length < length) damaged(fail, 'an LZ4 frame is cut');
  return { block, isStored: stored >>> 31 === 1 };
}

function damaged(fail: Fail, what: string): never {
  return fail({ kind: 'corrupt', what });
}

/** Literals and copies in turn; gives the end of what is written. */
function appendBlock(bytes: Uint8Array, written: Uint8Array, start: number, fail: Fail): number {
  let at = 0;
  let to = start;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (;;) {
      const more = bytes[at++];
      if (more === undefined) damaged(fail, 'an LZ4 block is cut');
      length += more;
      if (more < 255) return length;
    }
  };
  while (at < bytes.length) {
    const token = bytes[at++] ?? 0;
    const literals = lengthFrom(token >> 4);
    if (at + literals > bytes.length || to + literals > written.length) {
      damaged(fail, 'an LZ4 block is damaged');
    }
    written.set(bytes.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === bytes.length) break;
    const offset = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    at += 2;
    const length = lengthFrom(token & 15) + 4;
    if (offset === 0 || offset > to || to + length > written.length) {
      damaged(fail, 'an LZ4 block is damaged');
    }
    copy(written, to, offset, length);
    to += length;
  }
  return to;
}

/** A copy may run over what it writes. */
function copy(written: Uint8Array, to: number, offset: number, length: number): void {
  if (offset >= length) {
    written.copyWithin(to, to - offset, to - offset + length);
    return;
  }
  for (let i = 0; i < length; i++) written[to + i] = written[to + i - offset] ?? 0;
}
