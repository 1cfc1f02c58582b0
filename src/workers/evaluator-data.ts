import type { DatasetSummary } from '#domain/dataset.ts';
import type { EvaluationNote, EvaluationPlan } from '#domain/evaluation.ts';
import type { Graph, GraphInput } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { findScalingProblem, scale } from '#domain/scale.ts';
import { elementCount } from '#domain/tensor.ts';
import type { Reader } from './api.ts';

/** How the columns of a data set go into a graph. */
export interface DataFit {
  readonly inputs: readonly FittedInput[];
  readonly notes: readonly EvaluationNote[];
  /** Examples. */
  readonly count: number;
}

export interface FittedInput {
  /** Of the graph. */
  readonly name: string;
  readonly dtype: GraphInput['dtype'];
  /** Of one example, as the data set has it. */
  readonly from: readonly number[];
  /** Of one example, as the graph takes it. */
  readonly to: readonly number[];
  readonly way: Way;
}

/** `channels-first`: from `[h, w, c]` to `[c, h, w]`; `channels-last`: back. */
export type Way = 'same' | 'reshape' | 'channels-first' | 'channels-last';

/** @throws `unfit` with everything that keeps the data set from going into the graph */
export function fitData(graph: Graph, dataset: DatasetSummary, plan: EvaluationPlan): DataFit {
  const reasons: string[] = [];
  const arrays = arraysOf(dataset, plan, reasons);
  if (!dataset.columns.some(({ name }) => name === plan.label)) {
    reasons.push(`the data set has no column ${plan.label}`);
  }
  if (dataset.count === 0) reasons.push('the data set holds no examples');
  if (reasons.length === 0 && arrays.length !== graph.inputs.length) {
    reasons.push(`${arrays.length} columns are chosen for ${graph.inputs.length} inputs`);
  }
  const notes: EvaluationNote[] = [];
  const inputs = arrays.flatMap(({ column, shape: from }, i): FittedInput[] => {
    const input = graph.inputs[i];
    if (!input) return [];
    const fitted = fitShape(from, input.shape.slice(1));
    if (!fitted) {
      reasons.push(
        `${column} holds ${show(from)} per example, the graph takes ${show(input.shape.slice(1))}`,
      );
      return [];
    }
    const { way, to } = fitted;
    if (way !== 'same') {
      notes.push({ code: way === 'reshape' ? 'reshaped' : 'transposed', column, from, to });
    }
    return [{ name: input.name, dtype: input.dtype, from, to, way }];
  });
  for (const input of inputs) checkScaling(input, plan, reasons);
  if (reasons.length > 0)
    throw new CheckpointError({ kind: 'unfit', reasons }, { path: plan.dataset });
  return { inputs, notes, count: dataset.count };
}

function arraysOf(
  { columns, tabular }: DatasetSummary,
  { inputs }: EvaluationPlan,
  reasons: string[],
): { readonly column: string; readonly shape: readonly number[] }[] {
  const known = new Map(columns.map((column) => [column.name, column]));
  for (const name of inputs) {
    if (!known.has(name)) reasons.push(`the data set has no column ${name}`);
  }
  if (inputs.length === 0) reasons.push('no column is chosen as input');
  if (tabular) return [{ column: tableName(inputs), shape: [inputs.length] }];
  return inputs.flatMap((column) => {
    const shape = known.get(column)?.shape;
    return shape ? [{ column, shape }] : [];
  });
}

function tableName(inputs: readonly string[]): string {
  return inputs.length > 1 ? `${inputs[0]} … ${inputs.at(-1)}` : (inputs[0] ?? '');
}

/** How one example goes into an input; `null` when no order of its numbers is certain. */
export function fitShape(
  from: readonly number[],
  wanted: readonly (number | null)[],
): { readonly way: Way; readonly to: readonly number[] } | null {
  const fits = (shape: readonly number[]) =>
    shape.length === wanted.length && wanted.every((size, i) => size === null || size === shape[i]);
  if (fits(from)) return { way: 'same', to: from };
  const [a = 0, b = 0, c = 0] = from;
  const open = wanted.includes(null);
  const sizes = wanted.map((size) => size ?? 0);
  if (!open && isSameButForOnes(from, sizes)) return { way: 'reshape', to: sizes };
  if (from.length === 3 && fits([c, a, b])) return { way: 'channels-first', to: [c, a, b] };
  if (from.length === 3 && fits([b, c, a])) return { way: 'channels-last', to: [b, c, a] };
  const flat = from.length === 1 || sizes.length === 1;
  if (!open && flat && elementCount(from) === elementCount(sizes))
    return { way: 'reshape', to: sizes };
  return null;
}

function isSameButForOnes(a: readonly number[], b: readonly number[]): boolean {
  const real = (shape: readonly number[]) => shape.filter((size) => size !== 1).join();
  return real(a) === real(b);
}

const show = (shape: readonly (number | null)[]) =>
  `[${shape.map((size) => size ?? 'any').join(', ')}]`;

/** Whether whole numbers are fed in, as token ids: those are never scaled. */
function isWhole({ dtype }: FittedInput): boolean {
  return !dtype.includes('float');
}

function checkScaling(input: FittedInput, { scaling }: EvaluationPlan, reasons: string[]): void {
  if (isWhole(input)) return;
  const before = findScalingProblem([1, ...input.from], scaling);
  const after = findScalingProblem([1, ...input.to], scaling);
  if (before !== undefined && after !== undefined) reasons.push(`scaling: ${before}`);
}

/** Values of one input for a batch, scaled and in the order of the graph: `[n, ...to]`. */
export function arrange(
  input: FittedInput,
  values: Float32Array<ArrayBuffer>,
  { scaling }: Pick<EvaluationPlan, 'scaling'>,
): Float32Array<ArrayBuffer> {
  const examples = values.length / Math.max(1, elementCount(input.from));
  const before = [examples, ...input.from];
  const scaledBefore = isWhole(input) || findScalingProblem(before, scaling) === undefined;
  if (scaledBefore && !isWhole(input)) scale(values, before, scaling);
  const arranged = turn(input, values, examples);
  if (!scaledBefore) scale(arranged, [examples, ...input.to], scaling);
  return arranged;
}

function turn(
  { way, from }: FittedInput,
  values: Float32Array<ArrayBuffer>,
  examples: number,
): Float32Array<ArrayBuffer> {
  if (way === 'same' || way === 'reshape') return values;
  const [a = 0, b = 0, c = 0] = from;
  // Either way a matrix is turned: positions by channels, or channels by positions.
  const [rows, columns] = way === 'channels-first' ? [a * b, c] : [a, b * c];
  const turned = new Float32Array(values.length);
  let at = 0;
  for (let example = 0; example < examples; example++) {
    const start = example * rows * columns;
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++)
        turned[at++] = values[start + row * columns + column] ?? 0;
    }
  }
  return turned;
}

/** Above this, float32 has no longer every whole number. */
const MAX_WHOLE = 2 ** 24;

/**
 * Indices for a table must be its rows: a GPU looks up zeros for others without a word.
 * @param rows `undefined`: not used to look anything up
 * @throws `malformed` naming the example, counted from 0
 */
export function checkWhole(
  { name, to }: FittedInput,
  values: Float32Array,
  {
    rows,
    first,
    path,
  }: { readonly rows: number | undefined; readonly first: number; readonly path: string },
): void {
  const bad = values.findIndex(
    (value) =>
      !Number.isInteger(value) ||
      Math.abs(value) >= MAX_WHOLE ||
      (rows !== undefined && (value < 0 || value >= rows)),
  );
  if (bad < 0) return;
  const example = first + Math.floor(bad / Math.max(1, elementCount(to)));
  const range = rows === undefined ? 'a whole number below 2²⁴' : `one of 0 … ${rows - 1}`;
  const what = `row ${example}: ${name} is ${values[bad]}, which is not ${range}`;
  throw new CheckpointError({ kind: 'malformed', what }, { path });
}

/** Labels read at a time. */
const LABELS_AT_ONCE = 65_536;

export interface LabelsRequest {
  readonly plan: EvaluationPlan;
  readonly count: number;
  readonly classes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * All labels, before anything is computed.
 * @throws `unfit` naming the row of a label that is none of the classes
 */
export async function readLabels(reader: Reader, request: LabelsRequest): Promise<Int32Array> {
  const { plan, count, classes, signal } = request;
  const { dataset: path, label, classes: numbers } = plan;
  const labels = new Int32Array(count);
  for (let from = 0; from < count; from += LABELS_AT_ONCE) {
    const to = Math.min(count, from + LABELS_AT_ONCE);
    const { labels: part } = await reader.batch({ path, inputs: [], label, from, to }, { signal });
    if (part?.length !== to - from) {
      const what = `rows ${from} to ${to - 1} have ${part?.length ?? 0} labels`;
      throw new CheckpointError({ kind: 'malformed', what }, { path });
    }
    labels.set(numbers ? part.map((word) => numbers[word] ?? -1) : part, from);
  }
  const bad = labels.findIndex((value) => value < 0 || value >= classes);
  if (bad >= 0) {
    const reason = `row ${bad} (counted from 0): label ${labels[bad]} is not one of the classes 0 … ${classes - 1}`;
    throw new CheckpointError({ kind: 'unfit', reasons: [reason] }, { path });
  }
  return labels;
}
