import type { VirtualCheckpoint } from '#domain/evaluation.ts';
import { CheckpointError } from '#domain/problem.ts';
import { planSafetensors, type SafetensorsFile } from '#domain/safetensors-file.ts';
import type { DescribedTensor } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';
import { averagingWeights, isAveraged } from '#domain/virtual-checkpoint.ts';
import { widen } from '#domain/widen.ts';
import type { Reader } from './api.ts';

type Signal = AbortSignal | undefined;

/** A checkpoint made of others, its tensors not read yet. */
export interface OpenedVirtual {
  /** Those of the last one but its optimizer state; averaged ones as float32. */
  readonly tensors: readonly DescribedTensor[];
  /** Elements `[from, to)`: averaged ones as float32, others as the last checkpoint has them. */
  read(range: Range, signal: Signal): Promise<Uint8Array<ArrayBuffer>>;
}

interface Range {
  readonly tensor: string;
  readonly from: number;
  readonly to: number;
}

/** One of the checkpoints that are averaged. */
interface Part {
  readonly checkpoint: string;
  readonly version: string | undefined;
  readonly tensors: ReadonlyMap<string, DescribedTensor>;
  readonly weight: number;
}

/** @throws `unfit` with everything that keeps the checkpoints from being averaged */
export async function openVirtual(
  reader: Reader,
  virtual: VirtualCheckpoint,
  signal: Signal,
): Promise<OpenedVirtual> {
  const weights = averagingWeights(virtual);
  const parts = await Promise.all(
    virtual.of.map(async (checkpoint, i): Promise<Part> => {
      const { tensors, version } = await reader.checkpoint({ checkpoint }, { signal });
      const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));
      return { checkpoint, version, tensors: named, weight: weights[i] ?? 0 };
    }),
  );
  const last = parts.at(-1);
  if (!last) throw new TypeError('there are no checkpoints to average');
  const kept = [...last.tensors.values()].filter(({ role }) => role !== 'optimizer');
  const averaged = kept.filter(isAveraged);
  const reasons = parts.flatMap((part) => averaged.flatMap((own) => misfit(part, own)));
  if (reasons.length > 0) {
    throw new CheckpointError({ kind: 'unfit', reasons }, { path: last.checkpoint });
  }
  const names = new Set(averaged.map(({ name }) => name));
  return {
    tensors: kept.map((tensor) => (isAveraged(tensor) ? asFloat32(tensor) : tensor)),
    read: (range, inner) =>
      names.has(range.tensor)
        ? average(reader, parts, range, inner)
        : readPart(reader, last, range, inner),
  };
}

function misfit({ checkpoint, tensors }: Part, own: DescribedTensor): string[] {
  const other = tensors.get(own.name);
  if (!other) return [`${own.name} is not in ${checkpoint}`];
  if (!isAveraged(other)) return [`${own.name} is ${other.dtype} in ${checkpoint}`];
  if (other.shape.join() === own.shape.join()) return [];
  return [`${own.name} is ${show(other)} in ${checkpoint}, ${show(own)} in the last`];
}

const show = ({ shape }: DescribedTensor) => `[${shape.join(', ')}]`;

function asFloat32(tensor: DescribedTensor): DescribedTensor {
  const { storage: _, stored: __, ...own } = tensor;
  return { ...own, dtype: 'float32', bytes: 4 * elementCount(tensor.shape) };
}

function readPart(
  reader: Reader,
  { checkpoint, version }: Part,
  range: Range,
  signal: Signal,
): Promise<Uint8Array<ArrayBuffer>> {
  return reader.tensor({ checkpoint, version, ...range }, { signal });
}

async function average(
  reader: Reader,
  parts: readonly Part[],
  range: Range,
  signal: Signal,
): Promise<Uint8Array<ArrayBuffer>> {
  const sum = new Float64Array(range.to - range.from);
  for (const part of parts) {
    const { checkpoint, tensors, weight } = part;
    const dtype = tensors.get(range.tensor)?.dtype ?? 'float32';
    const bytes = await readPart(reader, part, range, signal);
    const piece =
      dtype === 'float64' ? new Float64Array(bytes.slice().buffer) : widen(bytes, dtype);
    if (piece?.length !== sum.length) {
      const problem = { kind: 'unsupported', feature: `averaging ${dtype}` } as const;
      throw new CheckpointError(problem, { path: checkpoint, tensor: range.tensor });
    }
    for (let i = 0; i < sum.length; i++)
      sum[i] = (sum[i] as number) + weight * (piece[i] as number);
  }
  return new Uint8Array(Float32Array.from(sum).buffer);
}

/** What a virtual checkpoint would be as one file. */
export async function virtualFile(
  reader: Reader,
  virtual: VirtualCheckpoint,
  signal: Signal,
): Promise<SafetensorsFile> {
  const { tensors } = await openVirtual(reader, virtual, signal);
  return planSafetensors(tensors, {
    format: 'pt',
    made_by: 'Cairn',
    average: virtual.kind === 'ema' ? `ema, decay ${virtual.decay}` : 'mean',
    of: JSON.stringify(virtual.of),
  });
}
