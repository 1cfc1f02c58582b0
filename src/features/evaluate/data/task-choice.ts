import type { DatasetColumn, DatasetSummary } from '#domain/dataset.ts';
import type { Graph, GraphNode } from '#domain/graph.ts';
import type { Task } from '#domain/scores.ts';
import { elementCount } from '#domain/tensor.ts';

/** Tasks whose outputs are compared with one class per example. */
export function isClassification(task: Task): boolean {
  return task === 'multi-class' || task === 'binary';
}

/** What the outputs and the labels look like, unless a person says otherwise. */
export function usualTask(
  { columns, label, targets = [] }: DatasetSummary,
  graph: Graph | undefined,
): Task {
  const named = (name: string | null) => columns.find((column) => column.name === name);
  if (label === null && columns.some(isTokens)) return 'next-token';
  if (label !== null && named(label)?.kind === 'tokens') return 'next-token';
  const widest = targets.map(named).filter((column) => column !== undefined);
  if (label === null && widest.length > 0)
    return widest.every(isWhole) && widthOf(widest) > 1 ? 'multi-label' : 'regression';
  const measured = named(label);
  if (graph?.outputs[0]?.means === 'values' && measured && !isWhole(measured) && !measured.classes)
    return 'regression';
  return graph && outputWidth(graph) === 1 ? 'binary' : 'multi-class';
}

function isTokens({ kind }: DatasetColumn): boolean {
  return kind === 'tokens';
}

function isWhole({ dtype }: DatasetColumn): boolean {
  return !dtype.includes('float');
}

/** Numbers of one example in these columns. */
export function widthOf(columns: readonly DatasetColumn[]): number {
  return columns.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** Columns that the outputs may be compared with, the likely ones first; the inputs are none of them. */
export function usualTargets(
  { columns, targets = [], label }: DatasetSummary,
  task: Task,
  inputs: readonly string[],
): readonly string[] {
  const free = new Set(columns.map(({ name }) => name).filter((name) => !inputs.includes(name)));
  if (task === 'next-token') {
    const tokens = columns.filter((column) => free.has(column.name) && isTokens(column));
    const labels = tokens.find(({ name }) => /label|target|next/i.test(name));
    return labels ? [labels.name] : [];
  }
  const said = targets.filter((name) => columns.some((column) => column.name === name));
  if (said.length > 0) return said;
  return label !== null && columns.some(({ name }) => name === label) ? [label] : [];
}

/** Ops that change no width on their way to the output. */
const PLAIN: ReadonlySet<GraphNode['op']> = new Set([
  'unary',
  'binary',
  'softmax',
  'log_softmax',
  'identity',
  'cast',
]);

/** Longer chains without weights lead nowhere. */
const LONGEST = 8;

/** How many numbers a network gives per example, as far as its last weights tell; `null`: they do not. */
export function outputWidth(graph: Graph): number | null {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  let node = makers.get(graph.outputs[0]?.name ?? '');
  for (let steps = 0; node && steps < LONGEST; steps++) {
    if (node.op === 'linear') return linearWidth(node, graph);
    if (!PLAIN.has(node.op)) return null;
    node = makers.get(node.inputs.find((input) => input !== null && makers.has(input)) ?? '');
  }
  return null;
}

function linearWidth(
  { inputs, attributes }: Extract<GraphNode, { op: 'linear' }>,
  { parameters }: Graph,
): number | null {
  const shapeOf = (name: string | null | undefined) => parameters.get(name ?? '')?.shape;
  const weight = shapeOf(inputs[1]);
  if (weight?.length === 2) return weight[attributes.weight === 'OI' ? 0 : 1] ?? null;
  return shapeOf(inputs[2])?.at(-1) ?? null;
}
