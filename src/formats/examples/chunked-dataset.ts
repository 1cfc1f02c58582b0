import type { Dataset, DatasetColumn } from '#domain/dataset.ts';
import { classesOf, findLabelName } from '#domain/labels.ts';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { imageKind } from '#encodings/image/image.ts';
import { kindOf } from './array-column.ts';
import { type ChunkPart, type ChunkReader, chunkReader } from './chunk-reader.ts';
import type { ByteCells, ChunkedColumn, ChunkedTable, NumberCells } from './chunked.ts';
import type { ExampleColumn, Numbers, Rows } from './column.ts';
import { dataError, datasetOf, rowOf } from './dataset.ts';
import { imageColumn, sizeOfImage } from './image-column.ts';

/** Texts with more different ones are no classes; no more are looked for. */
const MAX_CLASSES = 10_000;

/** Texts that are nearly all different, and more than these, are no classes either. */
const FEW = 20;

/** Images of the first chunk that are looked at. */
const MAX_LOOKED = 256;

interface Context {
  readonly path: string;
  readonly reader: ChunkReader;
  readonly chunks: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * A file of columns as a data set. Lists that all have one length are arrays; whole numbers in lists of any
 * length are tokens, filled up with 0. Texts are classes where there are few different ones. Columns that are
 * all numbers and texts are one table.
 */
export async function openChunked(table: ChunkedTable, signal?: AbortSignal): Promise<Dataset> {
  const { path, counts } = table;
  const reader = chunkReader(table);
  if (reader.count === 0) throw dataError(path, 'it holds no examples');
  const context = { path, reader, chunks: counts.length, signal };
  const columns: ExampleColumn[] = [];
  for (const column of table.columns) {
    const described = await columnFor(column, context);
    if (described) columns.push(described);
  }
  const numbers = columns.filter(({ column }) => column.dtype !== 'string');
  const tabular =
    numbers.length > 1 && numbers.every(({ column }) => column.shape.length === 0 && !column.kind);
  const answer = answerOf(columns, tabular);
  return datasetOf({ path, count: reader.count, columns, tabular, answer, signal });
}

/** The label by its name; a column whose numbers have names; of a table the last one, as people put it. */
function answerOf(columns: readonly ExampleColumn[], tabular: boolean): string | undefined {
  const names = columns.map(({ column }) => column.name);
  const several = names.filter((name) => /^(?:labels?|targets?|y)[_.\s-]\S/i.test(name));
  const named = findLabelName(names);
  if (named !== undefined || several.length > 1) return named;
  const classes = columns.filter(({ column, numbers }) => numbers && column.classes);
  if (classes.length > 0) return classes[0]?.column.name;
  const texts = columns.filter(({ column }) => column.dtype === 'string' && column.classes);
  if (tabular && texts.length === 1) return texts[0]?.column.name;
  return tabular ? names.at(-1) : undefined;
}

async function columnFor(column: ChunkedColumn, context: Context): Promise<ExampleColumn | null> {
  if (column.kind === 'texts') return textColumn(column, context);
  if (column.kind === 'bytes') return byteColumn(column, context);
  const shape = column.shape ?? (await lengthsOf(column, context));
  if (shape === null) return null;
  return numberColumn(column, shape, context);
}

/** The first chunk that has rows. */
async function firstChunk(column: ChunkedColumn, { path, reader, signal }: Context) {
  const [part] = await reader.rows(column, { from: 0, to: 1, signal });
  if (!part) throw dataError(path, 'it holds no examples');
  return part.cells;
}

/** The shape of lists: of one length in the first chunk, or for whole numbers the longest of all. */
async function lengthsOf(column: ChunkedColumn, context: Context): Promise<number[] | null> {
  const cells = await firstChunk(column, context);
  if (cells.kind !== 'numbers' || cells.inner === null) return null;
  const { inner } = cells;
  const each = elementCount(inner);
  const first = rangeOf(cells);
  const isWhole = /^u?int/.test(column.dtype) && inner.length === 0;
  if (first.least === first.most || !isWhole) return [first.most / Math.max(1, each), ...inner];
  let { most } = first;
  for (let at = 0; at < context.chunks; at++) {
    const some = await context.reader.chunk(column, at, context.signal);
    if (some.kind === 'numbers') most = Math.max(most, rangeOf(some).most);
  }
  return [most];
}

function rangeOf({ offsets, missing, values }: NumberCells) {
  if (!offsets) return { least: values.length, most: values.length };
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let row = 0; row + 1 < offsets.length; row++) {
    if (missing?.[row]) continue;
    const length = (offsets[row + 1] ?? 0) - (offsets[row] ?? 0);
    least = Math.min(least, length);
    most = Math.max(most, length);
  }
  return { least: Math.min(least, most), most };
}

function numberColumn(
  column: ChunkedColumn,
  shape: readonly number[],
  { path, reader }: Context,
): ExampleColumn {
  const { name, dtype, classes, means } = column;
  const each = elementCount(shape);
  const isList = column.shape === null;
  const kind = means ?? (isList || shape.length > 0 ? kindOfList(column, shape) : undefined);
  const described: DatasetColumn = {
    name,
    dtype,
    shape,
    ...(classes && { classes }),
    ...(kind && { kind }),
  };
  const mayVary = kind === 'tokens';
  const missing = new Set<number>();
  const explain = (row: number) => (missing.has(row) ? 'it is missing' : undefined);
  const numbers = async (rows: Rows, exact: boolean): Promise<Numbers> => {
    const size = (rows.to - rows.from) * each;
    const values = exact ? new Float64Array(size) : new Float32Array(size);
    for (const part of await reader.rows(column, rows)) {
      const start = (part.first - rows.from) * each;
      const found = copyRows(part, { each, mayVary, missing }, values.subarray(start));
      if (found) throw dataError(path, `${rowOf(name, found.row)}: ${found.what}`, found.row);
    }
    return values;
  };
  if (!classes) return { column: described, numbers, explain };
  return { column: described, numbers, explain, words: wordsOf(numbers, classes) };
}

/** Rows without a value that are remembered, to tell them from those that are no numbers. */
const MAX_MISSING = 10_000;

/** The names of numbers, for slices. */
function wordsOf(numbers: NonNullable<ExampleColumn['numbers']>, classes: readonly string[]) {
  return async (rows: Rows): Promise<readonly (string | null)[]> =>
    Array.from(await numbers(rows, true), (value) => classes[value] ?? null);
}

function kindOfList({ name, dtype }: ChunkedColumn, shape: readonly number[]) {
  const known = kindOf(name, dtype, shape);
  return (
    known ??
    (shape.length === 1 && /^u?int(?:32|64)$/.test(dtype) && TOKENS.test(name)
      ? 'tokens'
      : undefined)
  );
}

const TOKENS = /(?:ids|mask|tokens|labels?)$/i;

interface RowRules {
  /** Numbers per row. */
  readonly each: number;
  /** Whether a row may have less. */
  readonly mayVary: boolean;
  /** Rows that have none. */
  readonly missing: Set<number>;
}

/** Copies the numbers of some rows; gives the first that has not as many as it must. */
function copyRows(
  { cells, from, to, first }: ChunkPart,
  { each, mayVary, missing }: RowRules,
  target: Numbers,
): { readonly row: number; readonly what: string } | null {
  if (cells.kind !== 'numbers') return null;
  const { values, offsets } = cells;
  for (let row = from; row < to; row++) {
    const at = first + row - from;
    const start = (row - from) * each;
    if (cells.missing?.[row]) {
      target.fill(Number.NaN, start, start + each);
      if (missing.size < MAX_MISSING) missing.add(at);
      continue;
    }
    const [begin, end] = spanOf(offsets, row, each);
    const length = end - begin;
    if (length > each || (length < each && !mayVary)) {
      return { row: at, what: `it has ${length} numbers, others have ${each}` };
    }
    for (let i = 0; i < length; i++) target[start + i] = values[begin + i] ?? Number.NaN;
  }
  return null;
}

function spanOf(offsets: ArrayLike<number> | null, row: number, each: number): [number, number] {
  return offsets ? [offsets[row] ?? 0, offsets[row + 1] ?? 0] : [row * each, (row + 1) * each];
}

/** Texts of all chunks are gone through until there are too many different ones. */
async function textColumn(column: ChunkedColumn, context: Context): Promise<ExampleColumn> {
  const words = new Set<string>();
  let seen = 0;
  const isTooMany = () =>
    words.size > MAX_CLASSES || (words.size > FEW && words.size > seen / 2 && seen > 0);
  for (let at = 0; at < context.chunks && !isTooMany(); at++) {
    const cells = await context.reader.chunk(column, at, context.signal);
    if (cells.kind !== 'texts') continue;
    for (const word of cells.values) if (word !== null) words.add(word);
    seen += cells.values.length;
  }
  const isText = isTooMany();
  return {
    column: {
      name: column.name,
      dtype: 'string',
      shape: [],
      ...(isText ? { kind: 'text' } : { classes: classesOf(words) }),
    },
    words: async (rows) => {
      const parts = await context.reader.rows(column, rows);
      return parts.flatMap(({ cells, from, to }) =>
        cells.kind === 'texts' ? cells.values.slice(from, to) : [],
      );
    },
  };
}

async function bytesOf(column: ChunkedColumn, reader: ChunkReader, rows: Rows) {
  const parts = await reader.rows(column, rows);
  return parts.flatMap(({ cells, from, to }) =>
    cells.kind === 'bytes' ? cells.values.slice(from, to) : [],
  );
}

/** Images, or bytes of one length as pixels; others are left out. */
async function byteColumn(column: ChunkedColumn, context: Context): Promise<ExampleColumn | null> {
  const { path, reader } = context;
  const { name } = column;
  const cells = await firstChunk(column, context);
  if (cells.kind !== 'bytes') return null;
  const [sample] = cells.values.filter((value) => value !== null);
  if (!sample) return null;
  if (column.means === 'image' || imageKind(sample)) return imagesOf(column, cells, context);
  const { length } = sample;
  if (cells.values.some((value) => value && value.length !== length)) return null;
  return {
    column: { name, dtype: 'uint8', shape: [length] },
    async numbers(rows) {
      const values = new Float32Array((rows.to - rows.from) * length);
      for (const [i, value] of (await bytesOf(column, reader, rows)).entries()) {
        const row = rows.from + i;
        if (value?.length !== length) {
          const is = value
            ? `it has ${value.length} bytes, others have ${length}`
            : 'it is missing';
          throw dataError(path, `${rowOf(name, row)}: ${is}`, row);
        }
        values.set(value, i * length);
      }
      return values;
    },
  };
}

async function imagesOf(
  column: ChunkedColumn,
  cells: ByteCells,
  { path, reader, chunks }: Context,
): Promise<ExampleColumn> {
  const encoded = cells.values.filter((value) => value !== null);
  const looked = encoded.slice(0, MAX_LOOKED);
  const sizes = [];
  for (const one of looked) {
    try {
      sizes.push(await sizeOfImage(one, { path }, async () => one));
    } catch (error) {
      // Reading it says what is wrong with it.
      if (!(error instanceof CheckpointError)) throw error;
    }
  }
  return imageColumn({
    path,
    name: column.name,
    sizes,
    complete: chunks === 1 && looked.length === cells.values.length,
    read: (rows) => bytesOf(column, reader, rows),
  });
}
