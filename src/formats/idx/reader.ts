import type { Dataset } from '#domain/dataset.ts';
import type { Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { arrayColumn, type ExampleArray } from '#formats/examples/array-column.ts';
import type { ExampleColumn } from '#formats/examples/column.ts';
import { dataError, datasetOf } from '#formats/examples/dataset.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { gunzip } from '#io/gunzip.ts';
import { baseOf } from '#io/path.ts';
import { rewindable } from '#io/rewind.ts';

/** Second byte of the magic number from the right. */
const TYPES: Readonly<Record<number, readonly [dtype: Dtype, width: number]>> = {
  8: ['uint8', 1],
  9: ['int8', 1],
  11: ['int16', 2],
  12: ['int32', 4],
  13: ['float32', 4],
  14: ['float64', 8],
};

/** DEFLATE cannot do better. @see https://www.zlib.net/zlib_tech.html */
const MAX_RATIO = 1032;

type Bytes = Uint8Array<ArrayBuffer>;
type Read = (from: number, to: number, signal?: AbortSignal) => Promise<Bytes>;

/**
 * Opens an IDX file: `0 · 0 · type · rank · u32 size of each axis · elements`, all big-endian, with the labels of
 * another file where `parts` has one. Throws `data` when there are not as many of both.
 * @see http://yann.lecun.com/exdb/mnist/
 */
export async function openIdx(
  source: ByteSource,
  { signal, parts = [] }: OpenOptions = {},
): Promise<Dataset> {
  const { path } = source;
  const inputs = await openArray(source, signal);
  const columns: ExampleColumn[] = [columnOf(inputs)];
  const other = parts.find((part) => part.path !== path);
  const [count = 0] = inputs.shape;
  if (!other) return datasetOf({ path, count, columns, signal });
  const labels = await openArray(await other.open(), signal);
  const [labelled = 0] = labels.shape;
  if (labelled !== count) {
    const what = `${inputs.name} has ${count} examples, ${labels.name} has ${labelled}`;
    throw dataError(path, what);
  }
  columns.push(columnOf(labels));
  return datasetOf({ path, count, columns, answer: labels.name, signal });
}

/** Two axes beside the examples are a grey picture, whatever its type. */
function columnOf(array: ExampleArray): ExampleColumn {
  const one = arrayColumn(array);
  const isPicture = array.shape.length === 3;
  return isPicture ? { ...one, column: { ...one.column, kind: 'image' } } : one;
}

async function openArray(source: ByteSource, signal?: AbortSignal): Promise<ExampleArray> {
  const { path } = source;
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path });
  };
  const { read, size } = await contentsOf(source, signal);
  const start = await read(0, 4, signal);
  if (start.length < 4) return fail({ kind: 'truncated', needed: 4, size: start.length });
  const [zero, alsoZero, type = 0, rank = 0] = start;
  const [dtype, width] = TYPES[type] ?? [];
  if (zero !== 0 || alsoZero !== 0 || !dtype || !width || rank === 0) {
    const shown = [...start].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return fail({ kind: 'malformed', what: `it does not begin as an IDX file: ${shown}` });
  }
  const first = 4 + 4 * rank;
  const header = await read(4, first, signal);
  if (header.length < 4 * rank)
    return fail({ kind: 'truncated', needed: first, size: 4 + header.length });
  const view = new DataView(header.buffer, header.byteOffset);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 * axis));
  const needed = first + elementCount(shape) * width;
  if (needed > size.most) {
    return fail({ kind: 'truncated', needed, size: size.most });
  }
  const rowBytes = elementCount(shape.slice(1)) * width;
  return {
    path,
    name: nameOf(path),
    dtype,
    shape,
    async rows(from, to, signal) {
      const [begin, end] = [first + from * rowBytes, first + to * rowBytes];
      const bytes = await read(begin, end, signal);
      if (bytes.length < end - begin)
        fail({ kind: 'truncated', needed, size: begin + bytes.length });
      return swapped(bytes, width);
    },
  };
}

interface Contents {
  readonly read: Read;
  /** Bytes that there can be at most. */
  readonly size: { readonly most: number };
}

async function contentsOf(source: ByteSource, signal?: AbortSignal): Promise<Contents> {
  const [first, second] = await source.read(0, Math.min(2, source.size), signal);
  if (first === 0x1f && second === 0x8b) {
    const read = rewindable(() => gunzip(source));
    return { read, size: { most: source.size * MAX_RATIO } };
  }
  const read: Read = (from, to, signal) => source.read(from, Math.min(to, source.size), signal);
  return { read, size: { most: source.size } };
}

/** Little-endian from big-endian, in place. */
function swapped(bytes: Bytes, width: number): Bytes {
  if (width > 1)
    for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}

const nameOf = (path: string) => baseOf(path).replace(/\.(?:gz|idx)/gi, '');
