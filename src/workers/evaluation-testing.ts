import type { Backend } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { startBackend } from '#models/backend.ts';
import { createNetwork } from '#models/network.ts';
import { planValue } from '#models/plan.ts';
import type { Reader } from './api.ts';
import { bindCheckpoint, readWeights } from './evaluator-weights.ts';

export interface Given {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface Computation {
  readonly graph: Graph;
  /** Name of the output; absent: the first one. */
  readonly output?: string | undefined;
  readonly checkpoint: string;
  readonly prefix?: string | undefined;
  /** By the names of the graph's inputs. */
  readonly inputs: ReadonlyMap<string, Given>;
  readonly backend: Backend;
}

/** One output of a graph with the weights of a checkpoint, as the evaluator computes it. */
export async function computeOutput(reader: Reader, one: Computation): Promise<Float32Array> {
  const { graph, checkpoint, prefix, inputs, backend } = one;
  const shapes = new Map([...inputs].map(([name, { shape }]) => [name, shape]));
  const plan = planValue(graph, shapes, one.output ?? graph.outputs[0]?.name ?? '');
  const signal = undefined;
  const bound = await bindCheckpoint(reader, graph, { checkpoint, prefix, signal });
  if (bound.defect) throw new Error(JSON.stringify(bound.defect.problem));
  const { values } = await readWeights(reader, plan, { graph, bound, signal });
  const network = await createNetwork(await startBackend(backend), plan, values);
  try {
    return await network.run(new Map([...inputs].map(([name, given]) => [name, given.values])));
  } finally {
    network.dispose();
  }
}

/** The largest difference of any two, relative to max(1, |wanted|); NaN and infinities have to be the same. */
export function relativeDifference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [found[i] ?? Number.NaN, wanted[i] ?? Number.NaN];
    if (Object.is(a, b) || a === b) continue;
    const difference = Math.abs(a - b) / Math.max(1, Math.abs(b));
    largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return largest;
}
