import { BITS } from '#domain/dtype.ts';
import { CheckpointError, type Place } from '#domain/problem.ts';
import { packStrings } from '#domain/strings.ts';
import { elementCount, type ReadOptions } from '#domain/tensor.ts';
import type { Found } from './contents.ts';
import { numberWidth, packing } from './dtypes.ts';
import { bytesOf } from './inert.ts';
import { decodeText, elementWidth, type NumpyArray } from './numpy.ts';
import type { DenseTensor } from './rebuild.ts';
import type { Storages } from './storages.ts';
import { flipSigns, gather, swapBytes } from './view.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly place: Place;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Elements `[from, to)` of a tensor: dense, row-major, little-endian. Of a sparse or nested one its
 * values, as many as are stored.
 * Text comes as `packStrings` makes it, in UTF-8.
 */
export async function readTensor(
  { tensor, info }: Found,
  storages: Storages,
  { path, from = 0, to, signal }: ReadOptions & { readonly path: string },
): Promise<Bytes> {
  const place = { path, tensor: info.name };
  const stored = tensor.kind === 'composite' ? tensor.components.at(-1)?.tensor : tensor;
  if (!stored || stored.kind === 'broken' || stored.kind === 'composite') {
    throw new CheckpointError(
      { kind: 'unsupported', feature: 'a tensor made of such parts' },
      place,
    );
  }
  const count = elementCount(tensor.shape);
  if (!(from >= 0 && from <= (to ?? count) && (to ?? count) <= count)) {
    throw new RangeError(`[${from}, ${to}) is not within the ${count} elements of ${info.name}`);
  }
  // Of a sparse tensor fewer numbers are stored than its shape has elements.
  const there = elementCount(stored.shape);
  const range = { from: Math.min(from, there), to: Math.min(to ?? there, there), place, signal };
  switch (stored.kind) {
    case 'dense':
      return readDense(stored, storages, range);
    case 'array':
      return readArray(stored, range);
    case 'meta': {
      const feature = 'a tensor that was saved without its numbers';
      throw new CheckpointError({ kind: 'unsupported', feature }, place);
    }
  }
}

async function readDense(tensor: DenseTensor, storages: Storages, range: Range): Promise<Bytes> {
  const { dtype, storage } = tensor;
  const { from, to, place, signal } = range;
  const refused = storages.refuse?.(storage.key);
  if (refused) throw new CheckpointError(refused, place);
  const read = (start: number, end: number) =>
    readStorage(storage.key, storages, { start, end, place, signal });
  const perByte = packing(dtype);
  if (perByte > 1) return readPacked(tensor, range, read);
  const stored = storages.size(storage.key) ?? 0;
  const bytes = await gather(tensor, { width: BITS[dtype] / 8, from, to, place, stored, read });
  const width = numberWidth(dtype);
  if (storages.bigEndian) swapBytes(bytes, width);
  if (tensor.conjugate && dtype.startsWith('complex')) flipSigns(bytes, width, 2);
  if (tensor.negative) flipSigns(bytes, width, 1);
  return bytes;
}

/** Elements of less than a byte: only as a run, and in whole bytes. */
async function readPacked(
  { dtype, offset, shape, stride }: DenseTensor,
  { from, to, place }: Range,
  read: (start: number, end: number) => Promise<Bytes>,
): Promise<Bytes> {
  const perByte = packing(dtype);
  const isRowMajor = shape.every(
    (size, axis) => size === 1 || stride[axis] === elementCount(shape.slice(axis + 1)),
  );
  if (!isRowMajor || offset % perByte !== 0 || from % perByte !== 0) {
    const feature = `a part of a tensor of type ${dtype}`;
    throw new CheckpointError({ kind: 'unsupported', feature }, place);
  }
  return read((offset + from) / perByte, Math.ceil((offset + to) / perByte));
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly place: Place;
  readonly signal: AbortSignal | undefined;
}

/** Bytes of a storage, never beyond its end: what is missing is not made up. */
async function readStorage(
  key: string,
  storages: Storages,
  { start, end, place, signal }: Span,
): Promise<Bytes> {
  const size = storages.size(key);
  if (size === undefined) {
    throw new CheckpointError({ kind: 'missing', path: storages.nameOf(key) }, place);
  }
  if (end > size) throw new CheckpointError({ kind: 'truncated', needed: end, size }, place);
  return storages.read(key, start, end, signal);
}

async function readArray(array: NumpyArray, range: Range): Promise<Bytes> {
  const { shape, fortran, data, dtype, text, bigEndian } = array;
  const { from, to, place } = range;
  const all = bytesOf(data) ?? new Uint8Array();
  const width = elementWidth(array);
  const view = { shape, stride: strides(shape, fortran), offset: 0 };
  if (text) return encodeTexts(array, view.stride, all, range);
  const read = async (start: number, end: number) => all.slice(start, end);
  const bytes = await gather(view, { width, from, to, place, read });
  if (bigEndian) swapBytes(bytes, numberWidth(dtype));
  return bytes;
}

function strides(shape: readonly number[], fortran: boolean): number[] {
  return shape.map((_, axis) =>
    elementCount(fortran ? shape.slice(0, axis) : shape.slice(axis + 1)),
  );
}

function encodeTexts(
  { shape, text, bigEndian }: NumpyArray,
  stride: readonly number[],
  all: Bytes,
  { from, to }: Range,
): Bytes {
  const { unit = 1, length = 0 } = text ?? {};
  const width = unit * length;
  const texts: Uint8Array[] = [];
  for (let at = from; at < to; at++) {
    let rest = at;
    let index = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      index += (rest % size) * (stride[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    const element = decodeText(all.subarray(index * width, (index + 1) * width), unit, bigEndian);
    texts.push(new TextEncoder().encode(element));
  }
  return packStrings(texts);
}
