import type { Dataset, DatasetColumn } from '#domain/dataset.ts';
import { classesOf, findLabelName } from '#domain/labels.ts';
import { elementCount } from '#domain/tensor.ts';
import { kindOf } from '#formats/examples/array-column.ts';
import type { ExampleColumn, Rows } from '#formats/examples/column.ts';
import { dataError, datasetOf, rowOf } from '#formats/examples/dataset.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { openDocument } from './document.ts';
import { type Example, type Json, openLines } from './records.ts';
import { createSurvey, type Seen } from './survey.ts';

/** Examples as objects, whose members are columns. Throws `malformed` with the line that is none. */
export async function openJson(source: ByteSource, { signal }: OpenOptions = {}): Promise<Dataset> {
  const { path } = source;
  const survey = createSurvey();
  const isLines = /\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(path);
  const records = isLines
    ? { ...(await openLines(source, survey.see, signal)), classes: undefined }
    : await openDocument(source, signal);
  if (!isLines) {
    for (const [row, example] of (await records.read(0, records.count)).entries()) {
      survey.see(example, row);
    }
  }
  const examples = lastRead(records.read);
  const all = [...survey.columns.values()];
  const tokens = all.find(isTokens);
  const columns = all.flatMap((seen) => {
    const column = columnOf(seen, { path, examples, isRagged: tokens !== undefined });
    return column ? [column] : [];
  });
  if (tokens?.odd && !survey.columns.has('attention_mask')) {
    columns.push(maskOf(tokens, examples));
  }
  const { count, classes } = records;
  if (count > 0 && columns.length === 0) throw dataError(path, 'its examples hold no numbers');
  const answer = findLabelName(all.map(({ name }) => name));
  const named = classes ? columns.map((one) => withClasses(one, answer, classes)) : columns;
  return datasetOf({ path, count, columns: named, signal });
}

type ReadExamples = (rows: Rows) => Promise<readonly Example[]>;

/** The examples of a batch are parsed once for all its columns. */
function lastRead(
  read: (from: number, to: number, signal?: AbortSignal) => Promise<readonly Example[]>,
): ReadExamples {
  let last: { readonly key: string; readonly examples: readonly Example[] } | undefined;
  return async ({ from, to, signal }) => {
    const key = `${from} ${to}`;
    if (last?.key !== key) last = { key, examples: await read(from, to, signal) };
    return last.examples;
  };
}

function withClasses(
  one: ExampleColumn,
  answer: string | undefined,
  classes: readonly string[],
): ExampleColumn {
  const { name, shape } = one.column;
  const each = elementCount(shape);
  const fits = one.numbers && name === answer && (each === 1 || each === classes.length);
  return fits ? { ...one, column: { ...one.column, classes } } : one;
}

interface Context {
  readonly path: string;
  readonly examples: ReadExamples;
  /** There is a column of tokens, so that others may go with it token by token. */
  readonly isRagged: boolean;
}

function isTokens({ name, shape, whole }: Seen): boolean {
  return whole && shape?.length === 1 && kindOf(name, 'int64', shape) === 'tokens';
}

function columnOf(seen: Seen, context: Context): ExampleColumn | undefined {
  const { name, numbers, texts, others, wordLists } = seen;
  if (wordLists > numbers + texts + others) return manyWordsColumn(seen, context.examples);
  if (numbers + texts === 0 || others > numbers + texts) return undefined;
  if (texts > numbers) return wordColumn(seen, context.examples);
  const dtype = seen.boolean ? 'bool' : seen.whole ? 'int64' : 'float64';
  const isRagged = context.isRagged && seen.odd !== undefined && seen.shape?.length === 1;
  const shape = isRagged ? [seen.longest] : (seen.shape ?? []);
  const kind = kindOf(name, dtype, shape);
  const column: DatasetColumn = { name, dtype, shape, ...(kind && { kind }) };
  return numberColumn(seen, column, { ...context, isRagged });
}

function wordColumn({ name, words }: Seen, examples: ReadExamples): ExampleColumn {
  const column = { name, dtype: 'string', shape: [] } as const;
  return {
    column: words ? { ...column, classes: classesOf(words) } : { ...column, kind: 'text' },
    words: async (rows) =>
      (await examples(rows)).map((example) => {
        const value = example[name] ?? null;
        return value === null || typeof value === 'object' ? null : String(value);
      }),
  };
}

/** Several classes each: 1 for those that the list has. */
function manyWordsColumn({ name, words }: Seen, examples: ReadExamples): ExampleColumn | undefined {
  if (!words) return undefined;
  const classes = classesOf(words);
  const places = new Map(classes.map((word, place) => [word, place]));
  return {
    column: { name, dtype: 'bool', shape: [classes.length], classes },
    async numbers(rows) {
      const values = new Float64Array((rows.to - rows.from) * classes.length);
      for (const [i, example] of (await examples(rows)).entries()) {
        const value = example[name];
        for (const word of Array.isArray(value) ? value : []) {
          const place = places.get(String(word));
          if (place !== undefined) values[i * classes.length + place] = 1;
        }
      }
      return values;
    },
  };
}

/** Answers that are filled up to the longest list do not count. */
const IGNORED = -100;

function numberColumn(
  { name, odd, shape: first }: Seen,
  column: DatasetColumn,
  { path, examples, isRagged }: Context,
): ExampleColumn {
  const each = elementCount(column.shape);
  const filler = isRagged && /^labels?$/i.test(name) ? IGNORED : 0;
  const cells = new Map<number, Json>();
  return {
    column,
    async numbers(rows) {
      if (odd && !isRagged) {
        const [has, had] = [odd.shape, first ?? []].map((shape) => `[${shape.join(', ')}]`);
        throw dataError(
          path,
          `${rowOf(name, odd.row)}: it is ${has}, those before it ${had}`,
          odd.row,
        );
      }
      const values = new Float64Array((rows.to - rows.from) * each);
      if (isRagged) values.fill(filler);
      cells.clear();
      for (const [i, example] of (await examples(rows)).entries()) {
        const value = example[name] ?? null;
        if (!Array.isArray(value)) cells.set(rows.from + i, value);
        fill(values, i * each, value, isRagged ? undefined : each);
      }
      return values;
    },
    explain(row) {
      const cell = cells.get(row);
      if (cell === undefined) return 'it has a value that is no number';
      if (cell === null) return 'it is missing';
      return typeof cell === 'number' ? undefined : `${JSON.stringify(cell)} is no finite number`;
    },
  };
}

/** Writes the numbers of a value; NaN for each that is none, and for those that are missing of `each`. */
function fill(values: Float64Array, start: number, value: Json, each: number | undefined): void {
  const flat = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
  const count = each ?? flat.length;
  for (let i = 0; i < count; i++) {
    const cell: unknown = flat[i];
    values[start + i] =
      typeof cell === 'number' || typeof cell === 'boolean' ? Number(cell) : Number.NaN;
  }
}

/** 1 for each token, 0 for what lists are filled up with. */
function maskOf({ name, longest }: Seen, examples: ReadExamples): ExampleColumn {
  return {
    column: { name: 'attention_mask', dtype: 'int64', shape: [longest] },
    async numbers(rows) {
      const values = new Float64Array((rows.to - rows.from) * longest);
      for (const [i, example] of (await examples(rows)).entries()) {
        const tokens = example[name];
        const length = Array.isArray(tokens) ? tokens.length : 0;
        values.fill(1, i * longest, i * longest + length);
      }
      return values;
    },
  };
}
