import type { DatasetColumn, DatasetSummary } from '#domain/dataset.ts';
import type { GraphInput } from '#domain/graph.ts';
import { elementCount } from '#domain/tensor.ts';

/** Names that say that a model was not trained on it, the surest first. */
const HELD_OUT = [/test/i, /val|dev|eval/i];

/** The data set to begin with: held out, in or above the folder of the run, arrays before tables. */
export function nearestDataset(
  datasets: readonly string[],
  checkpoint: string | undefined,
): string | null {
  const near = (path: string) => sharedFolders(path, checkpoint ?? '');
  const rank = (path: string) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const heldOut = HELD_OUT.findIndex((pattern) => pattern.test(name));
    return heldOut < 0 ? HELD_OUT.length : heldOut;
  };
  const isArray = (path: string) => (path.endsWith('.npz') ? 0 : 1);
  const sorted = [...datasets].sort(
    (a, b) => near(b) - near(a) || rank(a) - rank(b) || isArray(a) - isArray(b),
  );
  return sorted[0] ?? null;
}

/** How many folders two paths have in common. */
function sharedFolders(a: string, b: string): number {
  const left = a.split('/').slice(0, -1);
  const right = b.split('/').slice(0, -1);
  const differ = left.findIndex((part, i) => part !== right[i]);
  return differ < 0 ? left.length : differ;
}

/** Columns for the inputs of a graph, and for the label, unless a person says otherwise. */
export interface ColumnChoice {
  readonly inputs: readonly string[];
  readonly label: string | null;
}

export function usualColumns(
  dataset: DatasetSummary,
  inputs: readonly GraphInput[],
  label: string | null = dataset.label,
): ColumnChoice {
  const free = dataset.columns.filter(({ name }) => name !== label);
  if (dataset.tabular) return { inputs: tableInputs(dataset, label), label };
  const chosen: string[] = [];
  for (const input of inputs) {
    const rest = free.filter(({ name }) => !chosen.includes(name));
    const fitting =
      rest.find(({ name }) => name === input.name) ??
      // What can be filled is better filled than fed with what happens to be as large.
      (input.fallback === undefined
        ? (rest.find((column) => fits(column, input)) ?? rest[0])
        : undefined);
    chosen.push(fitting?.name ?? '');
  }
  while (chosen.at(-1) === '' && inputs[chosen.length - 1]?.fallback === undefined) chosen.pop();
  return { inputs: chosen, label };
}

/** Of a table, all but the label, the likely targets and words. */
function tableInputs(
  { columns, targets = [] }: DatasetSummary,
  label: string | null,
): readonly string[] {
  return columns
    .filter(({ name, kind }) => name !== label && kind !== 'text' && !targets.includes(name))
    .map(({ name }) => name);
}

/** Whether as many numbers go into one example; the order of axes is the evaluator's affair. */
function fits(column: DatasetColumn, { shape }: GraphInput): boolean {
  const one = shape.slice(1);
  const size = one.reduce<number | null>(
    (product, dimension) => (product === null || dimension === null ? null : product * dimension),
    1,
  );
  return size === null ? one.length === column.shape.length : size === elementCount(column.shape);
}
