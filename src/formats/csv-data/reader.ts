import type { Dataset, DatasetBatch } from '#domain/dataset.ts';
import { labelsOfNumbers } from '#domain/labels.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Rows } from '#formats/examples/column.ts';
import { checkRange, dataError, rowOf } from '#formats/examples/dataset.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import {
  describeColumn,
  guessAnswers,
  hasHeader,
  isMissing,
  kindsOf,
  namesOf,
  parseNumber,
} from './columns.ts';
import { checkWidth, Matrix } from './matrix.ts';
import { type Row, readTable, splitRows } from './rows.ts';
import { NotUtf8, openText, type TextEncoding, type TextFile } from './text.ts';

/** Rows that show what the columns are. */
const SAMPLE = 200;

/** A row of more cells is no row of a table. */
const MAX_COLUMNS = 2 ** 16;

/**
 * A table of text as a data set: all columns but the answers are one input. It is read once; cells of a large one are
 * read again batch by batch. Throws `data` for rows of different lengths, and for a cell that is no number when it is
 * asked for.
 */
export async function openCsv(source: ByteSource, { signal }: OpenOptions = {}): Promise<Dataset> {
  const table = await readMatrix(source, 'utf-8', signal).catch((error: unknown) => {
    if (error instanceof NotUtf8) return readMatrix(source, 'windows-1252', signal);
    throw error;
  });
  const { matrix, isNamed } = table;
  const { columns, count } = matrix;
  const indices = new Map(columns.map(({ name }, index) => [name, index]));
  const find = (name: string): number => {
    const index = indices.get(name);
    if (index === undefined) throw new RangeError(`No column ${name}`);
    return index;
  };
  return {
    count,
    columns: columns.map(describeColumn),
    tabular: true,
    ...guessAnswers(columns, count, isNamed),
    async read(request) {
      checkRange(request, count);
      const { from, to, inputs, label, targets, slices, signal } = request;
      signal?.throwIfAborted();
      const rows = { from, to, signal };
      const lines = linesOf(
        table,
        rows,
        matrix.isKept ? [] : [...inputs, label, ...(targets ?? [])],
      );
      const given: DatasetBatch['inputs'][number][] = [];
      if (inputs.length > 0) given.push(await readInputs(table, inputs.map(find), rows, lines));
      return {
        inputs: given,
        labels: label === null ? null : await readLabels(table, find(label), rows, lines),
        ...(targets && { targets: await readTargets(table, targets.map(find), rows, lines) }),
        ...(slices && { slices: await readSlices(table, slices.map(find), rows) }),
      };
    },
  };
}

interface Table {
  readonly path: string;
  readonly matrix: Matrix;
  readonly isNamed: boolean;
  readonly delimiter: string;
  readonly text: TextFile;
}

async function readMatrix(
  source: ByteSource,
  encoding: TextEncoding,
  signal?: AbortSignal,
): Promise<Table> {
  const { path } = source;
  const text = await openText(source, { encoding, signal });
  const { delimiter, rows } = await readTable(text.read(signal), path, encoding);
  const parse = (cell: string) => parseNumber(cell, delimiter === ';');
  const sample: Row[] = [];
  while (sample.length < SAMPLE) {
    const { done, value } = await rows.next();
    if (done) break;
    for (const row of value) sample.push(row);
  }
  const [first] = sample;
  if (!first) throw dataError(path, 'it is empty');
  checkWidth(first.cells.length, MAX_COLUMNS, path);
  const shown = sample.slice(0, SAMPLE);
  const isNamed = hasHeader(shown, parse);
  const data = isNamed ? sample.slice(1) : sample;
  const names = isNamed ? namesOf(first.cells) : first.cells.map((_, i) => `column ${i}`);
  const kinds = kindsOf(isNamed ? shown.slice(1) : shown, parse);
  const matrix = new Matrix({ names, kinds, start: isNamed ? first.end : 0 }, parse, path);
  for (const row of data) matrix.add(row);
  for await (const some of rows) for (const row of some) matrix.add(row);
  if (matrix.count === 0) throw dataError(path, 'it has a header, and no rows');
  return { path, matrix, isNamed, delimiter, text };
}

/** Rows as they stand in the file. */
async function readRows(
  { path, matrix, delimiter, text }: Table,
  { from, to, signal }: Rows,
): Promise<readonly Row[]> {
  const { start, end, skip } = matrix.span(from, to);
  const rows = splitRows(await text.part(start, end, signal), delimiter, path);
  const wanted = rows.slice(skip, skip + to - from);
  if (wanted.length === to - from) return wanted;
  throw new CheckpointError({ kind: 'changed' }, { path });
}

type Lines = (() => Promise<readonly Row[]>) | undefined;

/** The rows of a batch, read once for all that is asked of them; `undefined` where the cells are kept. */
function linesOf(table: Table, rows: Rows, names: readonly unknown[]): Lines {
  if (names.length === 0) return undefined;
  let reading: Promise<readonly Row[]> | undefined;
  return () => {
    reading ??= readRows(table, rows);
    return reading;
  };
}

/** Some columns side by side, `[rows, columns]`; NaN for what is no number. */
async function readCells(
  { matrix }: Table,
  columns: readonly number[],
  { from, to }: Rows,
  lines: Lines,
): Promise<Float64Array<ArrayBuffer>> {
  const values = new Float64Array((to - from) * columns.length);
  const read = await lines?.();
  let at = 0;
  for (let row = from; row < to; row++) {
    const cells = read?.[row - from]?.cells;
    for (const column of columns) {
      values[at++] = cells ? matrix.parse(column, cells[column] ?? '') : matrix.at(row, column);
    }
  }
  return values;
}

/** Throws `data` for the first cell that is no number. */
async function readNumbers(
  table: Table,
  columns: readonly number[],
  rows: Rows,
  lines: Lines,
): Promise<Float64Array<ArrayBuffer>> {
  const text = columns.find((column) => table.matrix.columns[column]?.kind === 'text');
  if (text !== undefined && rows.to > rows.from) await refuse(table, rows.from, text, 'it is text');
  const values = await readCells(table, columns, rows, lines);
  const bad = values.findIndex((value) => Number.isNaN(value));
  if (bad >= 0) {
    const row = rows.from + Math.floor(bad / columns.length);
    await refuse(table, row, columns[bad % columns.length] ?? 0);
  }
  return values;
}

async function readInputs(
  table: Table,
  columns: readonly number[],
  rows: Rows,
  lines: Lines,
): Promise<DatasetBatch['inputs'][number]> {
  const values = new Float32Array(await readNumbers(table, columns, rows, lines));
  return { shape: [rows.to - rows.from, columns.length], values };
}

async function readTargets(
  table: Table,
  columns: readonly number[],
  rows: Rows,
  lines: Lines,
): Promise<NonNullable<DatasetBatch['targets']>> {
  const values = await readNumbers(table, columns, rows, lines);
  const count = rows.to - rows.from;
  return { shape: columns.length === 1 ? [count] : [count, columns.length], values };
}

/** Class indices: whole numbers, or the places of words in their order. */
async function readLabels(
  table: Table,
  column: number,
  rows: Rows,
  lines: Lines,
): Promise<Int32Array<ArrayBuffer>> {
  const { matrix } = table;
  const values = await readCells(table, [column], rows, lines);
  const order = matrix.classOf(column);
  if (order) return Int32Array.from(values, (word) => order[word] ?? -1);
  if (matrix.columns[column]?.kind === 'text') {
    return refuse(table, rows.from, column, 'it is text');
  }
  const labels = labelsOfNumbers(values);
  return 'what' in labels ? refuse(table, rows.from + labels.row, column, labels.what) : labels;
}

/** Values as they stand in the file, `null` where they are missing. */
async function readSlices(table: Table, columns: readonly number[], rows: Rows) {
  const read = await readRows(table, rows);
  return columns.map((column) => {
    const isText = table.matrix.columns[column]?.kind === 'text';
    return read.map(({ cells }): string | number | null => {
      const cell = (cells[column] ?? '').trim();
      if (isMissing(cell)) return null;
      if (isText) return cell;
      const value = table.matrix.parse(column, cell);
      return Number.isNaN(value) ? cell : value;
    });
  });
}

/** Longer texts are cut in messages. */
const MAX_QUOTED = 40;

async function refuse(table: Table, row: number, column: number, why?: string): Promise<never> {
  const { name = '' } = table.matrix.columns[column] ?? {};
  const [line] = await readRows(table, { from: row, to: row + 1 });
  const cell = (line?.cells[column] ?? '').trim();
  const isNumber = !Number.isNaN(table.matrix.parse(column, cell));
  const said = why === 'it is text' || (why && isNumber) ? why : describeCell(cell);
  throw dataError(table.path, `${rowOf(name, row)}: ${said}`, row);
}

function describeCell(cell: string): string {
  if (isMissing(cell)) return cell === '' ? 'it is empty' : `it is missing (${cell})`;
  const cut = cell.length > MAX_QUOTED ? `${cell.slice(0, MAX_QUOTED)}…` : cell;
  return `${JSON.stringify(cut)} is no finite number`;
}
