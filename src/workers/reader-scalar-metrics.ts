import type { CheckpointSummary } from '#domain/summary.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import { scalarMetrics } from '#runs/scalar-metrics.ts';

type Metrics = CheckpointSummary['metrics'];

/** What a checkpoint knows of its metrics in tensors of one number, each of which is read. */
export async function readScalarMetrics(
  path: string,
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<Metrics> {
  const wanted = scalarMetrics(path, checkpoint.tensors.values(), checkpoint.metadata);
  const read = await Promise.all(
    wanted.map(async ({ tag, tensor }) => {
      const value = await readScalar(checkpoint, tensor, signal);
      const where = tensor.replace(/\{[^}]*\}/, '');
      return value === null ? [] : [{ tag, value: { value, from: 'metadata' as const, where } }];
    }),
  );
  return read.flat();
}

/** `null` where it cannot be read: that is told of the checkpoint when it is verified. */
async function readScalar(
  checkpoint: Checkpoint,
  tensor: string,
  signal: AbortSignal,
): Promise<number | null> {
  const dtype = checkpoint.tensors.get(tensor)?.dtype;
  if (!dtype) return null;
  try {
    const bytes = await checkpoint.read(tensor, { signal });
    if (dtype === 'float64' && bytes.length >= 8)
      return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
    return widen(bytes, dtype)?.[0] ?? null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** All metrics of a checkpoint; those of its name are rounded, and give way to the same ones in full. */
export function withScalars(scalars: Metrics, others: Metrics): Metrics {
  const tags = new Set([...scalars, ...others.filter(isInside)].map(({ tag }) => tag));
  const known = new Set(scalars.map(({ tag }) => tag));
  return [
    ...others.filter((one) => isInside(one) && !known.has(one.tag)),
    ...scalars,
    ...others.filter((one) => !isInside(one) && !tags.has(one.tag)),
  ];
}

function isInside({ value }: Metrics[number]): boolean {
  return value.from === 'metadata';
}
