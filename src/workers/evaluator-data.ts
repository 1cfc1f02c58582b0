import type { DatasetColumn, DatasetSummary, ImagePreparation } from '#domain/dataset.ts';
import type { EvaluationNote, EvaluationPlan } from '#domain/evaluation.ts';
import type { Graph, GraphInput } from '#domain/graph.ts';
import { preparedShape } from '#domain/prepare-image.ts';
import { CheckpointError } from '#domain/problem.ts';
import { findScalingProblem, scale } from '#domain/scale.ts';
import { elementCount } from '#domain/tensor.ts';

/** How the columns of a data set go into a graph. */
export interface DataFit {
  readonly inputs: readonly FittedInput[];
  /** Columns to be read for them, in the order of the batches' arrays. */
  readonly columns: readonly string[];
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
  /** What fills it, where no column does. */
  readonly fill?: number | undefined;
}

/** `channels-first`: from `[h, w, c]` to `[c, h, w]`; `channels-last`: back. */
export type Way = 'same' | 'reshape' | 'channels-first' | 'channels-last';

/** @throws `unfit` with everything that keeps the data set from going into the graph */
export function fitData(graph: Graph, dataset: DatasetSummary, plan: EvaluationPlan): DataFit {
  const reasons = missingColumns(dataset, plan);
  const notes: EvaluationNote[] = [];
  const arrays = arraysOf(dataset, plan, reasons);
  if (arrays.length > graph.inputs.length) {
    reasons.push(`${arrays.length} columns are chosen for ${graph.inputs.length} inputs`);
  }
  const fitted = graph.inputs.map((input, i) => fitInput(input, arrays[i], { reasons, notes }));
  const inputs = graph.inputs.flatMap((input, i): FittedInput[] => {
    const own = fitted[i] ?? fillInput(input, fitted, { reasons, notes });
    return own ? [own] : [];
  });
  for (const input of inputs) checkScaling(input, plan, reasons);
  if (reasons.length > 0)
    throw new CheckpointError(
      { kind: 'unfit', reasons: [...new Set(reasons)] },
      { path: plan.dataset },
    );
  const columns = plan.inputs.filter((name) => name !== '');
  return { inputs, columns, notes, count: dataset.count };
}

interface Findings {
  readonly reasons: string[];
  readonly notes: EvaluationNote[];
}

/** Columns that are asked for and not there. */
function missingColumns({ columns, count }: DatasetSummary, plan: EvaluationPlan): string[] {
  const known = new Set(columns.map(({ name }) => name));
  const isClasses = !plan.task || plan.task === 'multi-class' || plan.task === 'binary';
  const asked = [
    ...plan.inputs.filter((name) => name !== ''),
    ...(isClasses ? [plan.label] : (plan.targets ?? [])),
    ...(plan.slices ?? []),
    ...(plan.task === 'next-token' && plan.mask !== undefined ? [plan.mask] : []),
  ];
  const reasons = asked
    .filter((name) => !known.has(name))
    .map((name) => `the data set has no column ${name}`);
  const wantsTargets = plan.task === 'regression' || plan.task === 'multi-label';
  if (wantsTargets && !plan.targets?.length) reasons.push('no column is chosen as target');
  if (plan.inputs.every((name) => name === '')) reasons.push('no column is chosen as input');
  if (count === 0) reasons.push('the data set holds no examples');
  return reasons;
}

interface DataArray {
  readonly column: string;
  readonly shape: readonly number[];
}

/** What the batches hold for each input of the graph; `null`: nothing. */
function arraysOf(
  { columns, tabular }: DatasetSummary,
  { inputs, image }: EvaluationPlan,
  reasons: string[],
): (DataArray | null)[] {
  const known = new Map(columns.map((column) => [column.name, column]));
  if (tabular) {
    const chosen = inputs.filter((name) => name !== '');
    return chosen.length > 0 ? [{ column: tableName(chosen), shape: [chosen.length] }] : [];
  }
  return inputs.map((name) => {
    const column = known.get(name);
    if (!column) return null;
    const shape = preparedOf(column, image);
    if (!shape)
      reasons.push(`the images of ${name} differ in size: they need one to be brought to`);
    return shape && { column: name, shape };
  });
}

/** Shape of one example as a batch has it; `null` where it is not the same for all. */
function preparedOf(
  { kind, shape, varies }: DatasetColumn,
  image: ImagePreparation | undefined,
): readonly number[] | null {
  if (kind !== 'image') return shape;
  const isSized = image && (image.crop !== null || Array.isArray(image.resize));
  if (varies && !isSized) return null;
  return image ? preparedShape(shape, image) : shape;
}

function tableName(inputs: readonly string[]): string {
  return inputs.length > 1 ? `${inputs[0]} … ${inputs.at(-1)}` : (inputs[0] ?? '');
}

function fitInput(
  { name, dtype, shape }: GraphInput,
  array: DataArray | null | undefined,
  { reasons, notes }: Findings,
): FittedInput | null {
  if (!array) return null;
  const { column, shape: from } = array;
  const wanted = shape.slice(1);
  const fitted = fitShape(from, wanted);
  if (!fitted) {
    reasons.push(`${column} holds ${show(from)} per example, the graph takes ${show(wanted)}`);
    return null;
  }
  const { way, to } = fitted;
  if (way !== 'same') {
    notes.push({ code: way === 'reshape' ? 'reshaped' : 'transposed', column, from, to });
  }
  return { name, dtype, from, to, way };
}

/** Sizes that the graph leaves open are those of an input with as many axes that has a column. */
function fillInput(
  { name, dtype, shape, fallback }: GraphInput,
  others: readonly (FittedInput | null)[],
  { reasons, notes }: Findings,
): FittedInput | null {
  if (reasons.length > 0) return null;
  const wanted = shape.slice(1);
  const like = others.find((other) => other?.to.length === wanted.length);
  const to = wanted.map((size, axis) => size ?? like?.to[axis] ?? null);
  if (fallback === undefined || to.includes(null)) {
    reasons.push(`no column is chosen for the input ${name}`);
    return null;
  }
  notes.push({ code: 'input-filled', input: name, by: String(fallback) });
  const sizes = to.map((size) => size ?? 0);
  return { name, dtype, from: sizes, to: sizes, way: 'same', fill: fallback };
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
  if (isWhole(input) || input.fill !== undefined) return;
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
 * @throws `data` naming the example, counted from 0
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
  const what = `${name} is ${values[bad]}, which is not ${range}`;
  throw new CheckpointError({ kind: 'data', what, row: example }, { path });
}
