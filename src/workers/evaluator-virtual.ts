import { BITS } from '#domain/dtype.ts';
import type { VirtualCheckpoint } from '#domain/evaluation.ts';
import { CheckpointError } from '#domain/problem.ts';
import { planSafetensors, type SafetensorsFile } from '#domain/safetensors-file.ts';
import type { DescribedTensor } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';
import { averagingWeights, isAveraged } from '#domain/virtual-checkpoint.ts';
import { widen } from '#domain/widen.ts';
import type { Reader } from './api.ts';

type Signal = AbortSignal | undefined;

/**
 * Tensors of a virtual checkpoint: those of the last one but its optimizer state, averaged ones as float32.
 * @throws `unfit` with everything that keeps the checkpoints from being averaged
 */
export async function virtualTensors(
  reader: Reader,
  virtual: VirtualCheckpoint,
  signal: Signal,
): Promise<readonly DescribedTensor[]> {
  const { of } = virtual;
  averagingWeights(virtual);
  const all = await Promise.all(
    of.map((checkpoint) => reader.checkpoint({ checkpoint }, { signal })),
  );
  const last = all.at(-1)?.tensors.filter(({ role }) => role !== 'optimizer') ?? [];
  const reasons = all.slice(0, -1).flatMap(({ tensors }, i) => {
    const known = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    return last.filter(isAveraged).flatMap(({ name, shape }) => {
      const other = known.get(name);
      if (!other) return [`${name} is not in ${of[i]}`];
      if (other.shape.join() === shape.join() && isAveraged(other)) return [];
      return [
        `${name} is [${other.shape.join(', ')}] in ${of[i]}, [${shape.join(', ')}] in ${of.at(-1)}`,
      ];
    });
  });
  if (reasons.length > 0) {
    throw new CheckpointError({ kind: 'unfit', reasons }, { path: of.at(-1) ?? '' });
  }
  return last.map((tensor) => {
    const { storage: _, ...own } = tensor;
    if (!isAveraged(tensor)) return own;
    return { ...own, dtype: 'float32', bytes: 4 * elementCount(tensor.shape) };
  });
}

/** What a virtual checkpoint would be as one file. */
export async function virtualFile(
  reader: Reader,
  virtual: VirtualCheckpoint,
  signal: Signal,
): Promise<SafetensorsFile> {
  const tensors = await virtualTensors(reader, virtual, signal);
  const metadata = {
    format: 'pt',
    made_by: 'Cairn',
    average: virtual.kind === 'ema' ? `ema, decay ${virtual.decay}` : 'mean',
    of: JSON.stringify(virtual.of),
  };
  return planSafetensors(tensors, metadata);
}

export interface Elements {
  readonly tensor: string;
  readonly from: number;
  readonly to: number;
}

/** Elements of one tensor: averaged ones as float32, others as the last checkpoint has them. */
export async function virtualElements(
  reader: Reader,
  virtual: VirtualCheckpoint,
  { tensor, from, to }: Elements,
  signal: Signal,
): Promise<Uint8Array<ArrayBuffer>> {
  const weights = averagingWeights(virtual);
  const infos = await Promise.all(
    virtual.of.map(async (checkpoint) => {
      const { tensors } = await reader.checkpoint({ checkpoint }, { signal });
      const info = tensors.find(({ name }) => name === tensor);
      if (info) return info;
      throw new CheckpointError({ kind: 'changed' }, { path: checkpoint, tensor });
    }),
  );
  const last = virtual.of.at(-1) ?? '';
  const own = infos.at(-1);
  if (own && !isAveraged(own)) {
    return reader.tensor({ checkpoint: last, tensor, from, to }, { signal });
  }
  const sum = new Float64Array(to - from);
  for (const [i, info] of infos.entries()) {
    const checkpoint = virtual.of[i] ?? '';
    const bytes = await reader.tensor({ checkpoint, tensor, from, to }, { signal });
    const isDouble = info.dtype === 'float64' && bytes.length === 8 * (to - from);
    const piece = isDouble ? new Float64Array(bytes.slice().buffer) : widen(bytes, info.dtype);
    if (piece?.length !== sum.length) {
      const feature = `averaging ${info.dtype} (${BITS[info.dtype]} bits)`;
      throw new CheckpointError({ kind: 'unsupported', feature }, { path: checkpoint, tensor });
    }
    const weight = weights[i] ?? 0;
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + weight * (piece[at] ?? 0);
  }
  return new Uint8Array(Float32Array.from(sum).buffer);
}
