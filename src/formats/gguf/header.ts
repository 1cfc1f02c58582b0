import type { Metadata } from '#domain/tensor.ts';
import type { StreamCursor } from '#io/stream-cursor.ts';

/** What the header says of a tensor. */
export interface TensorHeader {
  readonly name: string;
  /** Row-major: the reverse of how it stands in the file. */
  readonly shape: readonly number[];
  /** Number of its type. */
  readonly type: number;
  /** Bytes from the start of the data. */
  readonly offset: number;
}

export interface Header {
  readonly version: number;
  readonly bigEndian: boolean;
  readonly metadata: { readonly [key: string]: Metadata };
  readonly tensors: readonly TensorHeader[];
  /** Where the data starts, in bytes from the start of the file. */
  readonly dataStart: number;
}

/** Kept of an array: a vocabulary is a hundred thousand words that nobody looks through here. */
const MAX_ARRAY = 1000;
/** Arrays within arrays. */
const MAX_DEPTH = 8;
/** ggml itself allows four; llama.cpp may allow more one day. */
const MAX_AXES = 16;
/** A string, a type and one byte of value; a string, the number of axes, a type and an offset. */
const MIN_PAIR = 13;
const MIN_TENSOR = 24;
const DEFAULT_ALIGNMENT = 32;

/** Stands for what an array has beyond those kept. */
const CUT = '…';

/** `GGUF · u32 version · u64 tensors · u64 pairs · pairs · tensors · padding`. Throws `malformed`, `truncated`, `unsupported`. */
export async function readHeader(cursor: StreamCursor): Promise<Header> {
  await cursor.fill(8);
  cursor.bytes(4);
  const version = readVersion(cursor);
  const tensorCount = await readCount(cursor, 'tensors', MIN_TENSOR);
  const pairCount = await readCount(cursor, 'pairs', MIN_PAIR);
  const pairs = new Map<string, Metadata>();
  for (let i = 0; i < pairCount; i++) {
    const key = await readText(cursor);
    if (pairs.has(key)) {
      cursor.fail({ kind: 'unsafe', what: `the key ${JSON.stringify(key)} stands there twice` });
    }
    await cursor.fill(4);
    pairs.set(key, await readValue(cursor, cursor.u32(), 0));
  }
  const tensors: TensorHeader[] = [];
  for (let i = 0; i < tensorCount; i++) tensors.push(await readTensor(cursor));
  const alignment = alignmentOf(pairs.get('general.alignment'), cursor);
  return {
    version,
    bigEndian: cursor.bigEndian,
    metadata: Object.fromEntries(pairs),
    tensors,
    dataStart: Math.ceil(cursor.at / alignment) * alignment,
  };
}

/** In files of the other byte order the version is the first to show it. */
function readVersion(cursor: StreamCursor): number {
  const stored = cursor.u32();
  cursor.bigEndian = (stored & 0xffff) === 0;
  const version = cursor.bigEndian ? ((stored >>> 24) | ((stored >>> 8) & 0xff00)) >>> 0 : stored;
  if (version === 2 || version === 3) return version;
  return cursor.fail({ kind: 'unsupported', feature: `version ${version} of GGUF` });
}

/** A number of things that take at least so many bytes each. */
async function readCount(cursor: StreamCursor, what: string, least: number): Promise<number> {
  await cursor.fill(8);
  const count = Number(cursor.u64());
  const limit = Math.floor(cursor.remaining / least);
  if (count <= limit) return count;
  return cursor.fail({ kind: 'malformed', what: `${count} ${what} do not fit into the file` });
}

async function readText(cursor: StreamCursor): Promise<string> {
  await cursor.fill(8);
  const length = lengthOf(cursor, 1);
  await cursor.fill(length);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(cursor.bytes(length));
}

/** Of something with elements of so many bytes, which the file must be long enough for. */
function lengthOf(cursor: StreamCursor, width: number): number {
  const length = Number(cursor.u64());
  const needed = cursor.at + length * width;
  if (length * width > cursor.remaining) {
    const size = cursor.at + cursor.remaining;
    cursor.fail(
      Number.isSafeInteger(needed)
        ? { kind: 'truncated', needed, size }
        : { kind: 'malformed', what: `a length of ${length}` },
    );
  }
  return length;
}

interface Scalar {
  readonly width: number;
  read(cursor: StreamCursor): Metadata;
}

const scalar = (width: number, read: Scalar['read']): Scalar => ({ width, read });
const TEXT = 8;
const ARRAY = 9;
const SCALARS: ReadonlyMap<number, Scalar> = new Map([
  [0, scalar(1, (c) => c.u8())],
  [1, scalar(1, (c) => c.i8())],
  [2, scalar(2, (c) => c.u16())],
  [3, scalar(2, (c) => c.i16())],
  [4, scalar(4, (c) => c.u32())],
  [5, scalar(4, (c) => c.i32())],
  [6, scalar(4, (c) => c.f32())],
  [7, scalar(1, (c) => c.u8() !== 0)],
  [10, scalar(8, (c) => exact(c.u64()))],
  [11, scalar(8, (c) => exact(c.i64()))],
  [12, scalar(8, (c) => c.f64())],
]);

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

async function readValue(cursor: StreamCursor, type: number, depth: number): Promise<Metadata> {
  if (type === TEXT) return readText(cursor);
  if (type === ARRAY) return readArray(cursor, depth);
  const known = SCALARS.get(type);
  if (!known) return cursor.fail({ kind: 'malformed', what: `there is no type of value ${type}` });
  await cursor.fill(known.width);
  return known.read(cursor);
}

async function readArray(cursor: StreamCursor, depth: number): Promise<Metadata> {
  if (depth > MAX_DEPTH) {
    return cursor.fail({ kind: 'malformed', what: `arrays within arrays, ${depth} deep` });
  }
  await cursor.fill(12);
  const type = cursor.u32();
  const known = SCALARS.get(type);
  // A text or an array takes eight bytes for its length.
  const length = lengthOf(cursor, known?.width ?? 8);
  const kept = Math.min(length, MAX_ARRAY);
  const values: Metadata[] = [];
  for (let i = 0; i < kept; i++) values.push(await readValue(cursor, type, depth + 1));
  if (kept === length) return values;
  if (known) cursor.skip((length - kept) * known.width);
  else for (let i = kept; i < length; i++) await skipValue(cursor, type, depth + 1);
  return [...values, CUT];
}

async function skipValue(cursor: StreamCursor, type: number, depth: number): Promise<void> {
  if (type !== TEXT) {
    await readValue(cursor, type, depth);
    return;
  }
  const filling = cursor.fill(8);
  if (filling !== undefined) await filling;
  cursor.skip(lengthOf(cursor, 1));
}

async function readTensor(cursor: StreamCursor): Promise<TensorHeader> {
  const name = await readText(cursor);
  await cursor.fill(4);
  const axes = cursor.u32();
  if (axes > MAX_AXES) {
    cursor.fail({ kind: 'malformed', what: `${JSON.stringify(name)} has ${axes} axes` });
  }
  await cursor.fill(8 * axes + 12);
  const dimensions = Array.from({ length: axes }, () => Number(cursor.u64()));
  const type = cursor.u32();
  const offset = Number(cursor.u64());
  return { name, shape: dimensions.reverse(), type, offset };
}

function alignmentOf(value: Metadata | undefined, cursor: StreamCursor): number {
  if (value === undefined) return DEFAULT_ALIGNMENT;
  if (typeof value === 'number' && value > 0 && value <= 2 ** 20 && value % 8 === 0) return value;
  return cursor.fail({ kind: 'malformed', what: `an alignment of ${String(value)}` });
}
