import { BITS, byteLength } from '#domain/dtype.ts';
import { Binning, Moments, type TensorStatistics } from '#domain/statistics.ts';
import { type Reals, realsOf } from '#domain/statistics-elements.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import type { Reporting } from './api.ts';

/** Bytes of a tensor read at a time: large reads are the quick ones, and few of them are held. */
const PIECE = 16_000_000;

/** Elements of such a piece, a whole number of bytes whatever the dtype. */
function elementsPerPiece({ dtype }: TensorInfo): number {
  return Math.floor((PIECE * 8) / Math.max(1, BITS[dtype]) / 8) * 8;
}

/** Statistics of one tensor: read in pieces, twice where it is more than one. */
export async function statisticsOf(
  checkpoint: Checkpoint,
  info: TensorInfo,
  { signal, onProgress }: Reporting<{ readonly elements: number; readonly total: number }>,
): Promise<TensorStatistics> {
  const total = elementCount(info.shape);
  const moments = new Moments();
  let elements = 0;
  const report = (values: Reals): void => {
    elements += values.length / 2;
    onProgress?.({ elements: Math.floor(elements), total });
  };

  let only: Reals | undefined;
  for await (const values of piecesOf(checkpoint, info, signal)) {
    moments.add(values);
    only = values;
    report(values);
  }
  if (moments.count === 0) return { ...moments.statistics(null), count: total };
  if (moments.finite === 0) return moments.statistics(null);
  const binning = new Binning(moments.min, moments.max);
  const single = only?.length === total ? [only] : piecesOf(checkpoint, info, signal);
  for await (const values of single) {
    binning.add(values);
    report(values);
  }
  return moments.statistics(binning.histogram());
}

/** Nothing for a tensor whose elements are no real numbers. */
async function* piecesOf(
  checkpoint: Checkpoint,
  info: TensorInfo,
  signal: AbortSignal | undefined,
): AsyncGenerator<Reals> {
  const { name, dtype, shape } = info;
  const count = elementCount(shape);
  if (byteLength(dtype, count) === 0 || realsOf(new Uint8Array(), dtype) === null) return;
  const step = elementsPerPiece(info);
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + step);
    const bytes = await checkpoint.read(name, { from, to, signal });
    const values = realsOf(bytes, dtype);
    if (values) yield values;
  }
}
