import type { Cursor } from '#io/cursor.ts';

/** No element writes more than 64 bytes, nor takes fewer than 3 to write that many. */
const MAX_RATIO = 22;

/**
 * The contents of one Snappy block:
 *
 *     varint length · elements, each a literal or a copy of bytes already written
 *
 * Throws `too-large` past `limit` bytes, `truncated` or `malformed` for what is no such block.
 *
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
export function decompressSnappy(cursor: Cursor, limit: number): Uint8Array<ArrayBuffer> {
  const size = cursor.varint();
  if (size > limit) {
    cursor.fail({ kind: 'too-large', what: 'a compressed block', size, limit });
  }
  if (size > cursor.remaining * MAX_RATIO) {
    cursor.fail({ kind: 'malformed', what: `no ${cursor.remaining} bytes hold ${size}` });
  }
  const written = new Uint8Array(size);
  let at = 0;
  while (!cursor.done) {
    const tag = cursor.u8();
    const [length, offset] = tag % 4 === 0 ? [literalLength(tag, cursor), 0] : copyOf(tag, cursor);
    if (length > size - at) {
      cursor.fail({
        kind: 'malformed',
        what: `a compressed block holds more than its ${size} bytes`,
      });
    }
    if (tag % 4 === 0) written.set(cursor.bytes(length), at);
    else if (offset === 0 || offset > at) {
      cursor.fail({ kind: 'malformed', what: 'a copy starts before the block' });
    } else repeat(written, at, offset, length);
    at += length;
  }
  if (at < size) {
    cursor.fail({ kind: 'malformed', what: `a compressed block holds ${at} of its ${size} bytes` });
  }
  return written;
}

/** Lengths to 60 stand in the tag, longer ones in the 1 to 4 bytes after it. */
function literalLength(tag: number, cursor: Cursor): number {
  const code = tag >>> 2;
  return 1 + (code < 60 ? code : littleEndian(cursor, code - 59));
}

function copyOf(tag: number, cursor: Cursor): readonly [length: number, offset: number] {
  if (tag % 4 === 1) return [4 + ((tag >>> 2) & 7), (tag >>> 5) * 256 + cursor.u8()];
  return [1 + (tag >>> 2), littleEndian(cursor, tag % 4 === 2 ? 2 : 4)];
}

function littleEndian(cursor: Cursor, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value += cursor.u8() * 256 ** i;
  return value;
}

/** A copy may reach into what it writes: then it repeats itself. */
function repeat(written: Uint8Array, at: number, offset: number, length: number): void {
  if (offset >= length) {
    written.copyWithin(at, at - offset, at - offset + length);
    return;
  }
  for (let i = at; i < at + length; i++) written[i] = written[i - offset] ?? 0;
}
