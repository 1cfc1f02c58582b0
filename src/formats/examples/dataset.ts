import type { BatchRequest, Dataset, DatasetBatch } from '#domain/dataset.ts';
import { type LabelProblem, labelsOfNumbers, labelsOfOneHot } from '#domain/labels.ts';
import { preparedShape } from '#domain/prepare-image.ts';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import type { ExampleColumn, Examples, Numbers, Rows } from './column.ts';
import { guessAnswers } from './guess.ts';

/** Throws `data` for a cell that is not what it was asked for as, and names its row, counted from 0. */
export async function datasetOf({
  path,
  count,
  columns,
  answer,
  tabular = false,
  defects = [],
  signal,
}: Examples): Promise<Dataset> {
  if (count === 0) throw dataError(path, 'it holds no examples');
  const byName = new Map(columns.map((one) => [one.column.name, one]));
  const find = (name: string): ExampleColumn => {
    const column = byName.get(name);
    if (!column) throw new RangeError(`No column ${name}`);
    return column;
  };
  const { label, targets } = await guessAnswers({ columns, count, answer, signal });
  return {
    count,
    columns: columns.map(({ column }) => column),
    tabular,
    label,
    ...(targets && targets.length > 0 ? { targets } : {}),
    ...(defects.length > 0 ? { defects } : {}),
    async read(request) {
      checkRange(request, count);
      const { from, to, signal, image } = request;
      const rows = { from, to, signal, image };
      const inputs: DatasetBatch['inputs'][number][] = [];
      if (tabular && request.inputs.length > 0) {
        inputs.push(await readTable(request.inputs.map(find), rows, path));
      } else {
        for (const name of request.inputs) inputs.push(await readInput(find(name), rows, path));
      }
      const labels =
        request.label === null ? null : await readLabels(find(request.label), rows, path);
      const { targets, slices } = request;
      return {
        inputs,
        labels,
        ...(targets && { targets: await readTargets(targets.map(find), rows, path) }),
        ...(slices && { slices: await readSlices(slices.map(find), rows) }),
      };
    },
  };
}

/** What is wrong with an example, or with all of them. */
export function dataError(path: string, what: string, row?: number): CheckpointError {
  return new CheckpointError(
    { kind: 'data', what, ...(row === undefined ? {} : { row }) },
    { path },
  );
}

export function checkRange({ from, to }: BatchRequest, count: number): void {
  if (!(from >= 0 && from <= to && to <= count)) {
    throw new RangeError(`[${from}, ${to}) is not within the ${count} examples`);
  }
}

/** `row 3 of x (counted from 0)` */
export function rowOf(name: string, row: number): string {
  return `row ${row} of ${name} (counted from 0)`;
}

async function readInput(
  one: ExampleColumn,
  rows: Rows,
  path: string,
): Promise<DatasetBatch['inputs'][number]> {
  const { shape: stored, varies } = one.column;
  const shape = varies && rows.image ? preparedShape(stored, rows.image) : stored;
  const values = await readFinite(one, { rows, exact: false, path });
  const narrow = values instanceof Float32Array ? values : new Float32Array(values);
  return { shape: [rows.to - rows.from, ...shape], values: narrow };
}

/** Columns side by side: `[n, columns]`. */
async function readTable(
  columns: readonly ExampleColumn[],
  rows: Rows,
  path: string,
): Promise<DatasetBatch['inputs'][number]> {
  const { shape, values } = await readTargets(columns, rows, path);
  const [count = 0] = shape;
  return { shape: [count, columns.length], values: new Float32Array(values) };
}

async function readFinite(
  one: ExampleColumn,
  { rows, exact, path }: { readonly rows: Rows; readonly exact: boolean; readonly path: string },
): Promise<Numbers> {
  const { name, shape } = one.column;
  if (!one.numbers) throw dataError(path, `${rowOf(name, rows.from)}: it is text`, rows.from);
  const values = await one.numbers(rows, exact);
  const broken = firstNonFinite(values);
  if (broken < 0) return values;
  const each = Math.max(1, elementCount(shape));
  const row = rows.from + Math.floor(broken / each);
  const place = each > 1 ? ` at ${broken % each}` : '';
  const said = one.explain?.(row) ?? `it holds ${values[broken]}${place}`;
  throw dataError(path, `${rowOf(name, row)}: ${said}`, row);
}

function firstNonFinite(values: Numbers): number {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return i;
  }
  return -1;
}

/** Class indices: of words, whole numbers, or rows of zeros with a single one. */
async function readLabels(
  one: ExampleColumn,
  rows: Rows,
  path: string,
): Promise<Int32Array<ArrayBuffer>> {
  const { name, shape, classes } = one.column;
  const fail = (row: number, what: string): never => {
    throw dataError(path, `${rowOf(name, rows.from + row)}: ${what}`, rows.from + row);
  };
  if (!one.numbers) {
    const words = (await one.words?.(rows)) ?? [];
    const places = placesOf(classes ?? []);
    return Int32Array.from(words, (word, row) => {
      const place = word === null ? undefined : places.get(word);
      return (
        place ?? fail(row, word === null ? 'it is missing' : `${JSON.stringify(word)} is no class`)
      );
    });
  }
  const each = elementCount(shape);
  if (shape.length > 1 || each === 0) {
    throw dataError(
      path,
      `${name} holds ${shape.join(' × ')} numbers per example, which are no class`,
    );
  }
  const values = await one.numbers(rows, true);
  const labels = each === 1 ? labelsOfNumbers(values) : labelsOfOneHot(values, each);
  if (!isProblem(labels)) return labels;
  return fail(labels.row, one.explain?.(rows.from + labels.row) ?? labels.what);
}

const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

function placesOf(classes: readonly string[]): ReadonlyMap<string, number> {
  const known = places.get(classes) ?? new Map(classes.map((word, place) => [word, place]));
  places.set(classes, known);
  return known;
}

function isProblem(labels: Int32Array | LabelProblem): labels is LabelProblem {
  return 'what' in labels;
}

async function readTargets(
  columns: readonly ExampleColumn[],
  rows: Rows,
  path: string,
): Promise<NonNullable<DatasetBatch['targets']>> {
  const count = rows.to - rows.from;
  const parts: Numbers[] = [];
  for (const one of columns) parts.push(await readFinite(one, { rows, exact: true, path }));
  const [first] = columns;
  const [only] = parts;
  if (columns.length === 1 && first && only) {
    const values = only instanceof Float64Array ? only : new Float64Array(only);
    return { shape: [count, ...first.column.shape], values };
  }
  const widths = columns.map(({ column }) => elementCount(column.shape));
  const width = widths.reduce((sum, one) => sum + one, 0);
  const values = new Float64Array(count * width);
  let start = 0;
  for (const [i, part] of parts.entries()) {
    const each = widths[i] ?? 0;
    for (let row = 0; row < count; row++) {
      values.set(part.subarray(row * each, (row + 1) * each), row * width + start);
    }
    start += each;
  }
  return { shape: [count, width], values };
}

async function readSlices(columns: readonly ExampleColumn[], rows: Rows) {
  const slices: (readonly (string | number | null)[])[] = [];
  for (const one of columns) slices.push(await readSlice(one, rows));
  return slices;
}

async function readSlice(
  one: ExampleColumn,
  rows: Rows,
): Promise<readonly (string | number | null)[]> {
  if (one.words) return one.words(rows);
  const { shape, name } = one.column;
  if (elementCount(shape) !== 1) throw new RangeError(`${name} is no slice: it holds arrays`);
  const numbers = (await one.numbers?.(rows, true)) ?? [];
  return Array.from(numbers, (value) => (Number.isNaN(value) ? null : value));
}
