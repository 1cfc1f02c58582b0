import { classesOf } from '#domain/labels.ts';
import type { ExampleColumn } from '#formats/examples/column.ts';

/** More different words than this are texts. */
const MAX_CLASSES = 10_000;

/** Cells that are numbers this often are numbers; the others are mistakes, which reading them will tell. */
const MOSTLY = 0.5;

const MISSING = /^\s*(?:|na|n\/a|nan|null|none)\s*$/i;

/** A column of a table by its texts: of numbers, of classes, or of texts. */
export function cellColumn(name: string, cells: readonly string[]): ExampleColumn {
  const said = cells.filter((cell) => !MISSING.test(cell));
  const numbers = said.filter((cell) => !Number.isNaN(numberOf(cell)));
  const isNumbers = said.length > 0 && numbers.length > MOSTLY * said.length;
  return isNumbers ? numberColumn(name, cells) : wordColumn(name, cells);
}

function numberColumn(name: string, cells: readonly string[]): ExampleColumn {
  return {
    column: { name, dtype: 'float64', shape: [] },
    numbers: async ({ from, to }) => Float64Array.from(cells.slice(from, to), numberOf),
    explain(row) {
      const cell = cells[row] ?? '';
      if (Number.isFinite(numberOf(cell))) return undefined;
      return MISSING.test(cell) ? 'it is missing' : `${JSON.stringify(cell)} is no finite number`;
    },
  };
}

function wordColumn(name: string, cells: readonly string[]): ExampleColumn {
  const words = cells.map((cell) => cell.trim());
  const classes = classesOf(words.filter((word) => word !== ''));
  const isText = classes.length > MAX_CLASSES;
  return {
    column: { name, dtype: 'string', shape: [], ...(isText ? { kind: 'text' } : { classes }) },
    words: async ({ from, to }) => words.slice(from, to).map((word) => (word === '' ? null : word)),
  };
}

/** NaN for what is no number as people write one. */
function numberOf(cell: string): number {
  return /^\s*(?:|0[xob].*)\s*$/i.test(cell) ? Number.NaN : Number(cell);
}
