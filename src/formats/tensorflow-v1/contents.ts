import { byteLength } from '#domain/dtype.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import { type Extent, sliceKey } from '#formats/tensor-bundle/slice-key.ts';
import { type Box, fillExactly } from '#formats/tensor-bundle/slices.ts';
import type { SliceMessage, SliceMeta } from './slices-proto.ts';
import type { SliceTable } from './table.ts';

/** A box of a tensor, and the file and key that it is under. */
export interface Slice {
  readonly table: SliceTable;
  readonly key: Uint8Array;
  readonly box: Box;
}

export interface SlicedTensor {
  readonly info: TensorInfo;
  /** One, unless the variable was cut when it was saved. */
  readonly slices: readonly Slice[];
}

/** Tensors of all files together, each with its slices. `lost`: a file is missing, and slices with it. */
export function gather(tables: readonly SliceTable[], lost: boolean) {
  const tensors = new Map<string, { info: TensorInfo; slices: Slice[] }>();
  const defects: Defect[] = [];
  for (const [table, meta] of tables.flatMap((one) => one.tensors.map((m) => [one, m] as const))) {
    const place = { path: table.source.path, tensor: meta.name ?? '' };
    try {
      const info = infoOf(meta, place);
      const slices = meta.slices.map((slice) => sliceOf(table, info, slice, place));
      const known = tensors.get(info.name);
      if (known) known.slices.push(...whereAlike(known.info, info, slices, place));
      else tensors.set(info.name, { info, slices });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      defects.push({ problem: error.problem, place });
    }
  }
  const gaps = lost ? [] : findGaps(tensors);
  return { tensors: tensors as ReadonlyMap<string, SlicedTensor>, defects: [...defects, ...gaps] };
}

function whereAlike(
  known: TensorInfo,
  { dtype, shape }: TensorInfo,
  slices: readonly Slice[],
  place: TensorPlace,
): readonly Slice[] {
  if (known.dtype === dtype && known.shape.join() === shape.join()) return slices;
  throw malformed('its slices are of different types or shapes', place);
}

function findGaps(tensors: ReadonlyMap<string, SlicedTensor>): readonly Defect[] {
  return [...tensors].flatMap(([tensor, { info, slices }]) => {
    const boxes = slices.map(({ box }) => box);
    if (fillExactly(boxes, info.shape)) return [];
    const place = { path: slices[0]?.table.source.path ?? '', tensor };
    return [{ problem: { kind: 'malformed', what: 'its slices do not add up to it' }, place }];
  });
}

type TensorPlace = Defect['place'] & { readonly tensor: string };

function infoOf({ type = 0, shape }: SliceMeta, place: TensorPlace): TensorInfo {
  const dtype = dtypeOf(type);
  if (!dtype) {
    const feature = `dtype ${type} of TensorFlow`;
    throw new CheckpointError({ kind: 'unsupported', feature }, place);
  }
  const sizes = (shape?.dims ?? []).map(({ size = 0 }) => size);
  const isKnown = !shape?.unknownRank && sizes.every((size) => size >= 0);
  if (!isKnown || !Number.isSafeInteger(elementCount(sizes) * 128))
    throw malformed('its shape is not known, or holds more than can be counted', place);
  return { name: place.tensor, dtype, shape: sizes, bytes: byteLength(dtype, elementCount(sizes)) };
}

function sliceOf(
  table: SliceTable,
  { name, shape }: TensorInfo,
  { extents }: SliceMessage,
  place: TensorPlace,
): Slice {
  const given = extents.map(({ start = 0, length }): Extent => ({ start, length: length ?? null }));
  const starts = given.map(({ start }) => start);
  const lengths = given.map(({ length }, axis) => length ?? shape[axis] ?? 0);
  if (given.length !== shape.length || [...starts, ...lengths].some((n) => n < 0))
    throw malformed('one of its slices has another rank, or starts before it', place);
  const key = sliceKey(new TextEncoder().encode(name), given);
  return { table, key, box: { starts, lengths } };
}

function malformed(what: string, place: Defect['place']): CheckpointError {
  return new CheckpointError({ kind: 'malformed', what }, place);
}
