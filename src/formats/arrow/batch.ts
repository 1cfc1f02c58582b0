import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { FlatTable } from '#encodings/flatbuffer.ts';
import { decompressLz4Frame } from '#encodings/lz4.ts';
import { decompressZstd } from '#encodings/zstd/zstd.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Bytes } from './messages.ts';
import type { Field } from './schema.ts';

/** 1 GB: what one buffer of a batch may unfold to. */
const MAX_BUFFER = 2 ** 30;

const EMPTY = new Uint8Array();

/** Buffers and counts of one record batch, fetched as they are asked for. */
export interface Batch {
  readonly rows: number;
  readonly path: string;
  /** Length and number of nulls of each field, those below it after it. */
  node(at: number): { readonly length: number; readonly nulls: number };
  buffer(at: number, signal?: AbortSignal): Promise<Bytes>;
  /** How many buffers the views of a field have beside two. */
  variadic(at: number): number;
  fail(problem: Problem): never;
}

/** @param header of a message of kind `batch`, whose body begins at `body` */
export function openBatch(source: ByteSource, header: FlatTable, body: number): Batch {
  const { path } = source;
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path, offset: body });
  };
  const nodes = header.structs(1, 2);
  const buffers = header.structs(2, 2);
  const variadic = header.structs(4, 1);
  const compression = header.table(3);
  const codec = compression ? compression.u8(0) : null;
  return {
    rows: header.i64(0),
    path,
    fail,
    node(at) {
      const [length, nulls] = nodes[at] ?? [];
      if (length === undefined || nulls === undefined || length < 0) {
        return fail({ kind: 'malformed', what: 'a batch with fewer fields than its schema' });
      }
      return { length, nulls };
    },
    variadic: (at) => variadic[at]?.[0] ?? 0,
    async buffer(at, signal) {
      const [offset, length] = buffers[at] ?? [];
      if (offset === undefined || length === undefined || offset < 0 || length < 0) {
        return fail({ kind: 'malformed', what: 'a batch with fewer buffers than its schema' });
      }
      if (length === 0) return EMPTY;
      if (length > MAX_BUFFER) {
        fail({ kind: 'too-large', what: 'buffer', size: length, limit: MAX_BUFFER });
      }
      const stored = await source.read(body + offset, body + offset + length, signal);
      return codec === null ? stored : unpack(stored, codec, fail, path);
    },
  };
}

/** `i64` size, −1 where it is not packed after all, and the packed bytes. */
function unpack(
  stored: Bytes,
  codec: number,
  fail: (problem: Problem) => never,
  path: string,
): Bytes {
  if (stored.length < 8) fail({ kind: 'malformed', what: 'a packed buffer without its size' });
  const size = Number(new DataView(stored.buffer, stored.byteOffset).getBigInt64(0, true));
  const packed = stored.subarray(8);
  if (size === -1) return packed;
  if (size < 0 || size > MAX_BUFFER) {
    fail({ kind: 'too-large', what: 'buffer', size, limit: MAX_BUFFER });
  }
  if (codec === 0) return decompressLz4Frame(packed, size, fail);
  if (codec === 1) return decompressZstd(packed, { size, limit: MAX_BUFFER, place: { path } });
  return fail({ kind: 'unsupported', feature: `Arrow compression ${codec}` });
}

/** Where the fields of a schema begin in every batch. */
export interface Places {
  readonly field: Field;
  readonly node: number;
  readonly buffer: number;
  readonly view: number;
}

/** Of fields side by side; behind one that is not known, none can be found. */
export function placesOf(fields: readonly Field[], from: Omit<Places, 'field'>): Places[] {
  let { node, buffer, view } = from;
  const places: Places[] = [];
  for (const field of fields) {
    places.push({ field, node, buffer, view });
    node += field.nodes;
    buffer += field.buffers;
    view += field.views;
  }
  return places;
}
