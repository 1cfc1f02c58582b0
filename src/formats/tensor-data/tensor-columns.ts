import type { Dataset } from '#domain/dataset.ts';
import { findLabelName } from '#domain/labels.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import { arrayColumn } from '#formats/examples/array-column.ts';
import type { ExampleColumn } from '#formats/examples/column.ts';
import { dataError, datasetOf } from '#formats/examples/dataset.ts';
import { isNumeric } from '#formats/examples/numbers.ts';

/** A column and how many examples it has. */
export interface Counted {
  readonly one: ExampleColumn;
  readonly count: number;
}

/** A checkpoint that is read as examples, whose checksums are compared before anything of it is used. */
export function trusted(checkpoint: Checkpoint): Checkpoint['read'] {
  let checked: Promise<void> | undefined;

  async function check(signal?: AbortSignal): Promise<void> {
    const { defects } = (await checkpoint.verify?.({ signal })) ?? { defects: [] };
    const [first] = defects;
    if (first) throw new CheckpointError(first.problem, first.place);
  }

  return async (name, options = {}) => {
    checked ??= check(options.signal);
    await checked.catch((error: unknown) => {
      checked = undefined;
      throw error;
    });
    return checkpoint.read(name, options);
  };
}

/** Throws what its header alone shows to be wrong. */
export function refuseDefects({ defects }: Checkpoint): void {
  const [first] = defects;
  if (first) throw new CheckpointError(first.problem, first.place);
}

/** A tensor whose first axis counts examples; `undefined` for any other. */
export function tensorColumn(
  { name: tensor, dtype, shape }: TensorInfo,
  {
    read,
    path,
    name = tensor,
  }: { readonly read: Checkpoint['read']; readonly path: string; readonly name?: string },
): Counted | undefined {
  const [count] = shape;
  if (count === undefined || !isNumeric(dtype)) return undefined;
  const each = elementCount(shape.slice(1));
  const rows = (from: number, to: number, signal?: AbortSignal) =>
    read(tensor, { from: from * each, to: to * each, signal });
  return { one: arrayColumn({ path, name, dtype, shape, rows }), count };
}

/** Columns that go together: as many examples as there are labels, else as most have. */
export async function togetherOf(
  path: string,
  columns: readonly Counted[],
  {
    answer: given,
    signal,
  }: { readonly answer?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Dataset> {
  const answer = given ?? findLabelName(columns.map(({ one }) => one.column.name));
  const labelled = columns.find(({ one }) => one.column.name === answer);
  const count = labelled?.count ?? mostOf(columns.map((column) => column.count));
  const used = columns.filter((column) => column.count === count).map(({ one }) => one);
  if (!used.some(({ column }) => column.name !== answer)) {
    const said = columns.map(({ one, count }) => `${one.column.name} has ${count} examples`);
    throw dataError(path, said.length > 0 ? said.join(', ') : 'it holds no tensors of examples');
  }
  return datasetOf({ path, count, columns: used, answer, signal });
}

function mostOf(counts: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const count of counts) votes.set(count, (votes.get(count) ?? 0) + 1);
  return [...votes].sort(([a, m], [b, n]) => n - m || b - a)[0]?.[0] ?? 0;
}

/** Last parts of names that parameters and the states of optimizers have, and examples have not. */
const PARAMETER =
  /(?:^|[._/])(?:weights?|bias(?:es)?|kernel|gamma|beta|embeddings?|running_(?:mean|var)|num_batches_tracked|exp_avg(?:_sq)?|momentum_buffer|[wb]\d+|lora_[AB])(?::\d+)?$/i;

const INPUTS =
  /^(?:x|inputs?|features|images?|data|samples|input_ids|tokens|pixel_values)(?:[_-]?(?:test|val|valid|train))?$/i;

/** Whether tensors by these names and of these shapes are examples rather than parameters. */
export function areExamples(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
): boolean {
  const names = tensors.map(({ name }) => name);
  if (tensors.length === 0 || names.some((name) => PARAMETER.test(name))) return false;
  if (names.some((name) => INPUTS.test(name)) && tensors.length <= MAX_COLUMNS) return true;
  const counts = new Set(tensors.map(({ shape }) => shape[0]));
  const isSplit = findLabelName(names) !== undefined;
  return (isSplit || tensors.length > 1) && counts.size === 1 && !counts.has(undefined);
}

const MAX_COLUMNS = 64;
