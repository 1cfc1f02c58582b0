import type { Backend } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { startBackend } from '#models/backend.ts';
import { createNetwork } from '#models/network.ts';
import { planValue } from '#models/plan.ts';
import type { Reader } from './api.ts';
import { bindCheckpoint, readWeights } from './evaluator-weights.ts';
import type { Evaluation } from './shared-evaluations.ts';

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

export interface Whole {
  /** All outputs of the graph, one row after the other. */
  readonly outputs: readonly Given[];
  readonly labels: Float32Array | null;
}

/** Every output of an evaluation's graph for all of its examples. */
export async function evaluateWhole(
  reader: Reader,
  one: Evaluation,
  { backend, prefix }: { readonly backend: Backend; readonly prefix: string | undefined },
): Promise<Whole> {
  const graph = await reader.graph({ kind: 'file', path: one.graph ?? '' });
  const names = [one.inputs].flat();
  const columns = one.labels === null ? names : [...names, one.labels];
  // a language model counts places, not rows
  const { count } = await reader.dataset({ path: one.data });
  const total = Math.min(count, one.examples);
  const rows = { path: one.data, inputs: columns, label: null, from: 0, to: total };
  const { inputs } = await reader.batch(rows);
  const scale = one.preprocessing === 'x / 16' ? 1 / 16 : 1;
  const arrays = names.map((_, i) =>
    (inputs[i]?.values ?? new Float32Array()).map((v) => v * scale),
  );
  const size = graph.batch ?? total;
  const outputs: Given[] = [];
  for (const { name } of graph.outputs) {
    const parts: Float32Array[] = [];
    for (let from = 0; from < total; from += size) {
      const given = graph.inputs.map((input, i) => {
        const array = arrays[i] ?? new Float32Array();
        const shape = [size, ...shapeOfOne(input.shape, inputs[i]?.shape ?? [])];
        return [input.name, { shape, values: rowsOf(array, { from, size, total }) }] as const;
      });
      const values = await computeOutput(reader, {
        graph,
        output: name,
        // a model alone in the folder goes by its file
        checkpoint: one.checkpoint === '.' ? 'model.safetensors' : one.checkpoint,
        prefix,
        inputs: new Map(given),
        backend,
      });
      const each = values.length / size;
      parts.push(values.subarray(0, Math.min(size, total - from) * each));
    }
    const values = Float32Array.from(parts.flatMap((part) => [...part]));
    outputs.push({ values, shape: [total, values.length / total] });
  }
  const labels = one.labels === null ? null : (inputs[names.length]?.values ?? null);
  return { outputs, labels };
}

/** Of one example, as the graph wants it; where it takes any size, as the data has it. */
function shapeOfOne(wanted: readonly (number | null)[], given: readonly number[]): number[] {
  return wanted.slice(1).map((size, axis) => size ?? given[axis + 1] ?? 1);
}

/** Some rows, the last one repeated where there are too few. */
function rowsOf(
  values: Float32Array,
  { from, size, total }: { readonly from: number; readonly size: number; readonly total: number },
): Float32Array<ArrayBuffer> {
  const each = values.length / total;
  const out = new Float32Array(size * each);
  for (let row = 0; row < size; row++) {
    const at = Math.min(total - 1, from + row) * each;
    out.set(values.subarray(at, at + each), row * each);
  }
  return out;
}

/** Accuracy and cross-entropy of logits, in float64. */
export function scoresOf(
  output: Given | undefined,
  labels: Float32Array,
  { shift = false, ignore_index }: Evaluation,
): { readonly accuracy: number; readonly crossEntropy: number } {
  const values = output?.values ?? new Float32Array();
  const classes = values.length / labels.length;
  const length = shift ? labels.length / (output?.shape[0] ?? 1) : 1;
  let [right, loss, count] = [0, 0, 0];
  for (let at = 0; at < labels.length; at++) {
    if (shift && at % length === length - 1) continue;
    const label = labels[shift ? at + 1 : at] ?? 0;
    if (label === ignore_index) continue;
    const row = [...values.subarray(at * classes, (at + 1) * classes)];
    const most = Math.max(...row);
    const sum = row.reduce((all, value) => all + Math.exp(value - most), 0);
    loss += Math.log(sum) + most - (row[label] ?? Number.NaN);
    if (row.indexOf(most) === label) right++;
    count++;
  }
  return { accuracy: right / count, crossEntropy: loss / count };
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
