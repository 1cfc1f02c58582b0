import type { Dataset, DatasetBatch } from '#domain/dataset.ts';
import { labelsOfNumbers } from '#domain/labels.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { describeColumn, guessLabel, hasHeader, kindsOf, namesOf, parseNumber } from './columns.ts';
import { Matrix } from './matrix.ts';
import { type Row, readTable } from './rows.ts';
import { readText } from './text.ts';

/** Rows that show what the columns are. */
const SAMPLE = 200;

/** A row of more cells is no row of a table. */
const MAX_COLUMNS = 2 ** 16;

/**
 * A table of text as a data set: all columns but the label are one input. It is read once, and kept
 * as float32. Throws `malformed` for rows of different lengths; a cell that is no number is told when
 * it is asked for.
 */
export async function openCsv(source: ByteSource, { signal }: OpenOptions = {}): Promise<Dataset> {
  const { matrix, isNamed } = await readMatrix(source, signal);
  const { columns, count } = matrix;
  const described = columns.map(describeColumn);
  const indices = new Map(columns.map(({ name }, index) => [name, index]));
  const find = (name: string): number => {
    const index = indices.get(name);
    if (index === undefined) throw new RangeError(`No column ${name}`);
    return index;
  };
  return {
    count,
    columns: described,
    tabular: true,
    label: guessLabel(columns, count, isNamed),
    async read({ from, to, inputs, label, signal }) {
      if (!(from >= 0 && from <= to && to <= count)) {
        throw new RangeError(`[${from}, ${to}) is not within the ${count} examples`);
      }
      signal?.throwIfAborted();
      const rows = { from, to };
      return {
        inputs: inputs.length === 0 ? [] : [readInputs(matrix, inputs.map(find), rows)],
        labels: label === null ? null : readLabels(matrix, find(label), rows),
      };
    },
  };
}

async function readMatrix(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<{ readonly matrix: Matrix; readonly isNamed: boolean }> {
  const { path } = source;
  const refuse = (what: string): never => {
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  };
  const { delimiter, rows } = await readTable(readText(source, signal), path);
  const parse = (cell: string) => parseNumber(cell, delimiter === ';');
  const sample: Row[] = [];
  while (sample.length < SAMPLE) {
    const { done, value } = await rows.next();
    if (done) break;
    for (const row of value) sample.push(row);
  }
  const [first] = sample;
  if (!first) return refuse('it is empty');
  const width = first.cells.length;
  if (width > MAX_COLUMNS) {
    const problem = { what: 'columns', size: width, limit: MAX_COLUMNS } as const;
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path });
  }
  const shown = sample.slice(0, SAMPLE);
  const isNamed = hasHeader(shown, parse);
  const data = isNamed ? sample.slice(1) : sample;
  const names = isNamed ? namesOf(first.cells) : first.cells.map((_, i) => `column ${i}`);
  const kinds = kindsOf(isNamed ? shown.slice(1) : shown, parse);
  const matrix = new Matrix({ names, kinds }, parse, path);
  for (const row of data) matrix.add(row);
  for await (const some of rows) for (const row of some) matrix.add(row);
  if (matrix.count === 0) return refuse('it has a header, and no rows');
  return { matrix, isNamed };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Some columns side by side, `[rows, columns]`. */
function readInputs(
  matrix: Matrix,
  columns: readonly number[],
  { from, to }: Range,
): DatasetBatch['inputs'][number] {
  const values = new Float32Array((to - from) * columns.length);
  let at = 0;
  for (let row = from; row < to; row++) {
    for (const column of columns) {
      const value = matrix.at(row, column);
      if (matrix.columns[column]?.kind === 'text' || Number.isNaN(value))
        matrix.refuse(row, column);
      values[at++] = value;
    }
  }
  return { shape: [to - from, columns.length], values };
}

/** Class indices: whole numbers, or the places of words in their order. */
function readLabels(matrix: Matrix, column: number, { from, to }: Range): Int32Array<ArrayBuffer> {
  const values = Float32Array.from({ length: to - from }, (_, i) => matrix.at(from + i, column));
  const order = matrix.classOf(column);
  if (order) return Int32Array.from(values, (word) => order[word] ?? -1);
  const labels = labelsOfNumbers(values);
  return 'what' in labels ? matrix.refuse(from + labels.row, column, labels.what) : labels;
}
