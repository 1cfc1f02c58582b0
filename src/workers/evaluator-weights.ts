import { bind } from '#domain/bind.ts';
import { BITS } from '#domain/dtype.ts';
import type { Binding, VirtualCheckpoint } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { DescribedTensor } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import type { Plan } from '#models/plan.ts';
import type { Reader } from './api.ts';
import { openVirtual } from './evaluator-virtual.ts';

/** A checkpoint joined with a graph, its tensors not read yet. */
export interface BoundCheckpoint {
  readonly checkpoint: string;
  readonly binding: Binding;
  readonly tensors: ReadonlyMap<string, DescribedTensor>;
  /** Reads elements of one of its tensors, in its own dtype. */
  readonly read: ReadTensor;
  /** Why it cannot be computed with; `null` when nothing is missing. */
  readonly defect: Defect | null;
}

export type ReadTensor = (
  range: { readonly tensor: string; readonly from: number; readonly to: number },
  signal: AbortSignal | undefined,
) => Promise<Uint8Array<ArrayBuffer>>;

interface OpenedTensors {
  readonly tensors: readonly DescribedTensor[];
  readonly read: ReadTensor;
}

/** Joins the tensors of a checkpoint with what a graph asks for. */
export async function bindCheckpoint(
  reader: Reader,
  graph: Graph,
  {
    checkpoint,
    prefix,
    virtual,
    signal,
  }: {
    readonly checkpoint: string;
    readonly prefix: string | undefined;
    readonly virtual?: VirtualCheckpoint | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<BoundCheckpoint> {
  const own = virtual
    ? await openVirtual(reader, virtual, signal)
    : await openOne(reader, checkpoint, signal);
  const { tensors, read } =
    graph.base === undefined ? own : await onBase(reader, own, { base: graph.base, signal });
  const binding = bind(graph.parameters, tensors, { prefix });
  const reasons = misfits(graph, binding);
  return {
    checkpoint,
    binding,
    read,
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    defect:
      reasons.length === 0
        ? null
        : { problem: { kind: 'unfit', reasons }, place: { path: checkpoint } },
  };
}

async function openOne(
  reader: Reader,
  checkpoint: string,
  signal: AbortSignal | undefined,
): Promise<OpenedTensors> {
  const { tensors, version } = await reader.checkpoint({ checkpoint }, { signal });
  return {
    tensors,
    read: (range, inner) => reader.tensor({ checkpoint, version, ...range }, { signal: inner }),
  };
}

/** The tensors of an adapter, and those of its base that it does not replace. */
async function onBase(
  reader: Reader,
  own: OpenedTensors,
  { base, signal }: { readonly base: string; readonly signal: AbortSignal | undefined },
): Promise<OpenedTensors> {
  const below = await openOne(reader, base, signal);
  const names = new Set(own.tensors.map(({ name }) => name));
  return {
    tensors: [...own.tensors, ...below.tensors.filter(({ name }) => !names.has(name))],
    read: (range, inner) =>
      names.has(range.tensor) ? own.read(range, inner) : below.read(range, inner),
  };
}

function misfits(graph: Graph, { missing, reshaped, ambiguous }: Binding): string[] {
  const nameOf = (parameter: string) => graph.parameters.get(parameter)?.name ?? parameter;
  return [
    ...missing.map((parameter) => `${nameOf(parameter)} is not in the checkpoint`),
    ...reshaped.map(
      ({ parameter, wanted, found }) =>
        `${nameOf(parameter)} is ${show(found)} in the checkpoint, ${show(wanted)} in the graph`,
    ),
    ...(ambiguous.length > 0 ? [`it fits equally well under ${ambiguous.join(', ')}`] : []),
  ];
}

const show = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/** Everything that a plan reads, as float32 in memory, and the first weight with what is not finite. */
export interface Weights {
  readonly values: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  readonly nonfinite: { readonly tensor: string; readonly count: number } | null;
}

/** Bytes of a tensor read at a time: beside the tensor itself, no more is held. */
const PIECE = 16_000_000;

export async function readWeights(
  _: Reader,
  plan: Plan,
  {
    graph,
    bound,
    signal,
  }: { graph: Graph; bound: BoundCheckpoint; signal: AbortSignal | undefined },
): Promise<Weights> {
  const values = new Map<string, Float32Array<ArrayBuffer>>();
  const tensorOf = new Map(bound.binding.used.map((pair) => [pair.parameter, pair.tensor]));
  let nonfinite: Weights['nonfinite'] = null;
  for (const name of plan.weights) {
    const tensor = tensorOf.get(name);
    const read = tensor
      ? await readTensor(bound, { tensor, signal })
      : constantOf(graph, name, bound);
    values.set(name, read);
    const count = countNonfinite(read);
    if (count > 0) nonfinite ??= { tensor: tensor ?? name, count };
  }
  return { values, nonfinite };
}

async function readTensor(
  { checkpoint, tensors, read }: BoundCheckpoint,
  { tensor, signal }: { readonly tensor: string; readonly signal: AbortSignal | undefined },
): Promise<Float32Array<ArrayBuffer>> {
  const place = { path: checkpoint, tensor };
  const info = tensors.get(tensor);
  if (!info) throw new CheckpointError({ kind: 'changed' }, place);
  const { dtype, shape, kind } = info;
  if (kind) {
    throw new CheckpointError(
      { kind: 'unsupported', feature: `computing with a ${kind} tensor` },
      place,
    );
  }
  const count = elementCount(shape);
  const values = new Float32Array(count);
  const step = Math.floor(PIECE / Math.max(1, BITS[dtype] / 8));
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + step);
    const bytes = await read({ tensor, from, to }, signal);
    const piece = widen(bytes, dtype);
    if (piece?.length !== to - from) {
      throw new CheckpointError({ kind: 'unsupported', feature: `computing with ${dtype}` }, place);
    }
    values.set(piece, from);
  }
  return values;
}

function constantOf(
  graph: Graph,
  name: string,
  { checkpoint }: BoundCheckpoint,
): Float32Array<ArrayBuffer> {
  const constant = graph.parameters.has(name) ? undefined : graph.constants.get(name);
  const values = constant && widen(constant.bytes, constant.dtype);
  if (values) return values;
  const problem = { kind: 'unfit', reasons: [`${name} has no values`] } as const;
  throw new CheckpointError(problem, { path: checkpoint });
}

function countNonfinite(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    // Finite numbers, and they alone, give 0 here.
    if (value - value !== 0) count++;
  }
  return count;
}
