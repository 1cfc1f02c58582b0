import type { StreamCursor } from '#io/stream-cursor.ts';

/**
 * What comes next in a MessagePack file, before any of its contents are read: `length` counts bytes, items of an array
 * or pairs of a map. The cursor stands where those begin.
 */
export type MsgpackHead =
  | { readonly kind: 'value'; readonly value: null | boolean | number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text' | 'bytes' | 'array' | 'map'; readonly length: number }
  | { readonly kind: 'extension'; readonly type: number; readonly length: number };

/**
 * Throws `truncated` where the file ends, `malformed` for the one byte that means nothing and for lengths that the file
 * cannot have.
 *
 * @see https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export async function nextHead(cursor: StreamCursor): Promise<MsgpackHead> {
  const filling = cursor.fill(1);
  if (filling !== undefined) await filling;
  const byte = cursor.u8();
  if (byte < 0x80) return { kind: 'value', value: byte };
  if (byte >= 0xe0) return { kind: 'value', value: byte - 0x100 };
  if (byte < 0x90) return sized('map', byte & 15, cursor);
  if (byte < 0xa0) return sized('array', byte & 15, cursor);
  if (byte < 0xc0) return sized('text', byte & 31, cursor);
  const read = HEADS.get(byte);
  if (!read) return cursor.fail({ kind: 'malformed', what: `the byte ${byte} begins no value` });
  const [width, head] = read;
  const more = cursor.fill(width);
  if (more !== undefined) await more;
  return head(cursor);
}

function sized(
  kind: 'text' | 'bytes' | 'array' | 'map',
  length: number,
  cursor: StreamCursor,
): MsgpackHead {
  const least = kind === 'map' ? 2 * length : length;
  // Bytes that are cut off have their place in the file; items that are not there are none.
  if (least > cursor.remaining && kind !== 'bytes') {
    const [needed, size] = [cursor.at + least, cursor.at + cursor.remaining];
    cursor.fail({ kind: 'truncated', needed, size });
  }
  return { kind, length };
}

type ReadHead = (cursor: StreamCursor) => MsgpackHead;

const value =
  (read: (cursor: StreamCursor) => null | boolean | number | bigint): ReadHead =>
  (cursor) => ({ kind: 'value', value: read(cursor) });
const long =
  (kind: 'text' | 'bytes' | 'array' | 'map', read: (cursor: StreamCursor) => number): ReadHead =>
  (cursor) =>
    sized(kind, read(cursor), cursor);
const extension =
  (read: (cursor: StreamCursor) => number): ReadHead =>
  (cursor) => {
    const length = read(cursor);
    return { kind: 'extension', length, type: cursor.i8() };
  };

function exact(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

/** Numbers are big-endian; the cursor must be. Each with the bytes that it takes. */
const HEADS: ReadonlyMap<number, readonly [width: number, read: ReadHead]> = new Map<
  number,
  readonly [number, ReadHead]
>([
  [0xc0, [0, value(() => null)]],
  [0xc2, [0, value(() => false)]],
  [0xc3, [0, value(() => true)]],
  [0xc4, [1, long('bytes', (c) => c.u8())]],
  [0xc5, [2, long('bytes', (c) => c.u16())]],
  [0xc6, [4, long('bytes', (c) => c.u32())]],
  [0xc7, [2, extension((c) => c.u8())]],
  [0xc8, [3, extension((c) => c.u16())]],
  [0xc9, [5, extension((c) => c.u32())]],
  [0xca, [4, (c) => ({ kind: 'float', value: c.f32() })]],
  [0xcb, [8, (c) => ({ kind: 'float', value: c.f64() })]],
  [0xcc, [1, value((c) => c.u8())]],
  [0xcd, [2, value((c) => c.u16())]],
  [0xce, [4, value((c) => c.u32())]],
  [0xcf, [8, value((c) => exact(c.u64()))]],
  [0xd0, [1, value((c) => c.i8())]],
  [0xd1, [2, value((c) => c.i16())]],
  [0xd2, [4, value((c) => c.i32())]],
  [0xd3, [8, value((c) => exact(c.i64()))]],
  [0xd4, [1, extension(() => 1)]],
  [0xd5, [1, extension(() => 2)]],
  [0xd6, [1, extension(() => 4)]],
  [0xd7, [1, extension(() => 8)]],
  [0xd8, [1, extension(() => 16)]],
  [0xd9, [1, long('text', (c) => c.u8())]],
  [0xda, [2, long('text', (c) => c.u16())]],
  [0xdb, [4, long('text', (c) => c.u32())]],
  [0xdc, [2, long('array', (c) => c.u16())]],
  [0xdd, [4, long('array', (c) => c.u32())]],
  [0xde, [2, long('map', (c) => c.u16())]],
  [0xdf, [4, long('map', (c) => c.u32())]],
]);
