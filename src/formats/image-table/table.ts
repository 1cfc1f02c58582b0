import { CheckpointError } from '#domain/problem.ts';
import { readTable } from '#formats/csv-data/rows.ts';
import { readText } from '#formats/csv-data/text.ts';
import { dataError } from '#formats/examples/dataset.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** A table of texts under names. */
export interface NamedTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Rows are kept: a name and a label for each image. */
const MAX_CELLS = 2 ** 24;

/** A table of labels: CSV with a header, or JSON lines. Throws `data` or `malformed` with the row. */
export async function readNamedTable(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<NamedTable> {
  const isJson = /\.(?:jsonl|ndjson)$/i.test(source.path);
  const table = isJson ? await readObjects(source, signal) : await readCells(source, signal);
  if (table.rows.length === 0) throw dataError(source.path, 'it holds no examples');
  return table;
}

async function readCells(source: ByteSource, signal?: AbortSignal): Promise<NamedTable> {
  const { path } = source;
  const { rows } = await readTable(readText(source, signal), path);
  const all: (readonly string[])[] = [];
  for await (const some of rows) {
    for (const { cells, line } of some) {
      const [first = cells] = all;
      if (cells.length !== first.length) {
        const what = `line ${line} has ${cells.length} cells, the first ${first.length}`;
        throw new CheckpointError({ kind: 'malformed', what }, { path });
      }
      all.push(cells);
      checkSize(all.length * first.length, path);
    }
  }
  const [names = [], ...cells] = all;
  return { names: names.map((name) => name.trim()), rows: cells };
}

async function readObjects(source: ByteSource, signal?: AbortSignal): Promise<NamedTable> {
  const { path } = source;
  let text = '';
  for await (const part of readText(source, signal)) {
    text += part;
    checkSize(text.length / 8, path);
  }
  const objects = text
    .split(/\r\n?|\n/)
    .filter((line) => line.trim() !== '')
    .map((line, row) => objectOf(line, row, path));
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  checkSize(names.length * objects.length, path);
  const rows = objects.map((one) => names.map((name) => textOf(one[name])));
  return { names, rows };
}

function objectOf(line: string, row: number, path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = null;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { ...value };
  }
  throw dataError(path, `row ${row} (counted from 0) is no JSON object`, row);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function checkSize(size: number, path: string): void {
  if (size <= MAX_CELLS) return;
  const problem = { kind: 'too-large', what: 'table, in cells', size, limit: MAX_CELLS } as const;
  throw new CheckpointError(problem, { path });
}
