import { sliceColumn } from '#domain/metrics/predictions.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { SliceColumn, Task } from '#domain/scores.ts';
import { elementCount } from '#domain/tensor.ts';
import type { Reader } from './api.ts';
import { readTokens } from './evaluator-tokens.ts';
import {
  checkHeld,
  examplesOf,
  ranges,
  type Truth,
  type TruthRequest,
  unfitRow,
} from './evaluator-truth.ts';

/**
 * Everything that the outputs are compared with, before anything is computed.
 * @throws `unfit` naming the row of a label that no output stands for; `data` for what is no label
 */
export async function readTruth(reader: Reader, request: TruthRequest): Promise<Truth> {
  const slices = await readSlices(reader, request);
  const task = request.plan.task ?? 'multi-class';
  if (task === 'next-token') return { ...(await readTokens(reader, request)), slices };
  const targets = isClasses(task)
    ? await readLabels(reader, request)
    : await readValues(reader, request, task);
  const each = isClasses(task) ? 1 : request.output.classes;
  return { targets, each, slices, notes: [] };
}

function isClasses(task: Task): boolean {
  return task === 'multi-class' || task === 'binary';
}

async function readLabels(
  reader: Reader,
  { plan, dataset: { count }, output, signal }: TruthRequest,
): Promise<Int32Array> {
  const { dataset: path, label, classes: numbers } = plan;
  const classes = Math.max(2, output.classes);
  checkHeld(path, count, 4);
  const labels = new Int32Array(count);
  for (const [from, to] of ranges(count, 1)) {
    const { labels: part } = await reader.batch(
      { ...examplesOf(plan, from, to), label },
      { signal },
    );
    if (part?.length !== to - from) {
      const what = `rows ${from} to ${to - 1} have ${part?.length ?? 0} labels`;
      throw new CheckpointError({ kind: 'data', what }, { path });
    }
    labels.set(numbers ? part.map((word) => numbers[word] ?? -1) : part, from);
  }
  const bad = labels.findIndex((value) => value < 0 || value >= classes);
  if (bad >= 0) {
    const what = `label ${labels[bad]} is not one of the classes 0 … ${classes - 1}`;
    throw unfitRow(path, bad, what);
  }
  return labels;
}

async function readValues(
  reader: Reader,
  { plan, dataset: { count, columns }, output, signal }: TruthRequest,
  task: Task,
): Promise<Float64Array> {
  const { dataset: path, targets: names = [] } = plan;
  const width = output.classes;
  const shapes = names.map((name) => columns.find((column) => column.name === name)?.shape ?? []);
  const found = shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
  if (found !== width) {
    const reason = `${names.join(', ')} hold ${found} numbers per example, the output has ${width}`;
    throw new CheckpointError({ kind: 'unfit', reasons: [reason] }, { path });
  }
  checkHeld(path, count * width, 8);
  const values = new Float64Array(count * width);
  for (const [from, to] of ranges(count, width)) {
    const request = { ...examplesOf(plan, from, to), targets: names };
    const { targets } = await reader.batch(request, { signal });
    if (targets?.values.length !== (to - from) * width) {
      const what = `rows ${from} to ${to - 1} have ${targets?.values.length ?? 0} targets`;
      throw new CheckpointError({ kind: 'data', what }, { path });
    }
    values.set(targets.values, from * width);
  }
  checkValues(values, { path, width, task });
  return values;
}

function checkValues(
  values: Float64Array,
  { path, width, task }: { readonly path: string; readonly width: number; readonly task: Task },
): void {
  const isBad =
    task === 'multi-label'
      ? (value: number) => value !== 0 && value !== 1
      : (value: number) => !Number.isFinite(value);
  const bad = values.findIndex(isBad);
  if (bad < 0) return;
  const what = `target ${bad % width} is ${values[bad]}, which is not ${task === 'multi-label' ? '0 or 1' : 'a finite number'}`;
  throw unfitRow(path, Math.floor(bad / width), what);
}

async function readSlices(
  reader: Reader,
  { plan, dataset: { count }, signal }: TruthRequest,
): Promise<SliceColumn[]> {
  const { slices = [] } = plan;
  if (slices.length === 0) return [];
  const values = slices.map((): (string | number | null)[] => []);
  for (const [from, to] of ranges(count, slices.length)) {
    const request = { ...examplesOf(plan, from, to), slices };
    const { slices: parts = [] } = await reader.batch(request, { signal });
    for (const [i, column] of values.entries()) for (const one of parts[i] ?? []) column.push(one);
  }
  return slices.map((name, i) => sliceColumn(name, values[i] ?? []));
}
