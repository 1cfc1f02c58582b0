import { classesOf } from '#domain/labels.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { dataError } from '#formats/examples/dataset.ts';
import type { Column, Kind } from './columns.ts';
import type { Row } from './rows.ts';

/** 64 MB: cells of smaller tables are kept; of larger ones the rows are read again. */
const MAX_KEPT = 2 ** 23;

/** Elements of one piece of the table, which grows piece by piece. */
const PIECE = 2 ** 18;

/** Different words of a column; one of more holds texts. */
const MAX_CLASSES = 2 ** 14;

/** Different numbers of a column that are told apart. */
const MAX_VALUES = 2 ** 10;

/** Rows between those of which it is kept where they begin. */
export const STRIDE = 64;

interface Growing extends Column {
  words: Map<string, number> | undefined;
  readonly values: Set<number>;
  largest: number;
  whole: number;
  constant: boolean;
}

/** What is kept of a table while its rows come: what its columns are, its cells, and where rows begin. */
export class Matrix {
  readonly columns: readonly Growing[];
  readonly #path: string;
  readonly #parse: (cell: string) => number;
  readonly #pieces: Float64Array<ArrayBuffer>[] = [];
  readonly #rowsPerPiece: number;
  readonly #firsts: number[] = [];
  readonly #starts: number[] = [];
  readonly #classes = new Map<number, Int32Array>();
  #end: number;
  #count = 0;
  #isKept = true;

  /** @param layout `start`: bytes of text before the first row */
  constructor(
    layout: {
      readonly names: readonly string[];
      readonly kinds: readonly Kind[];
      readonly start: number;
    },
    parse: (cell: string) => number,
    path: string,
  ) {
    this.columns = layout.names.map((name, i) => ({
      name,
      kind: layout.kinds[i] ?? 'number',
      words: new Map<string, number>(),
      values: new Set<number>(),
      largest: 0,
      whole: 0,
      constant: true,
    }));
    this.#end = layout.start;
    this.#path = path;
    this.#parse = parse;
    this.#rowsPerPiece = Math.max(1, Math.floor(PIECE / Math.max(1, this.columns.length)));
  }

  /** Rows so far. */
  get count(): number {
    return this.#count;
  }

  /** Whether all cells are in memory. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Throws `data` for a row of another length. */
  add(row: Row): void {
    const { cells, line, end } = row;
    const width = this.columns.length;
    if (cells.length !== width) {
      const what = `row ${this.#count} (counted from 0, line ${line}) has ${cells.length} cells, the first row ${width}`;
      throw dataError(this.#path, what, this.#count);
    }
    if (this.#count % STRIDE === 0) this.#starts.push(this.#end);
    this.#end = end;
    this.#keep();
    const at = (this.#count % this.#rowsPerPiece) * width;
    const piece = this.#isKept ? this.#pieces.at(-1) : undefined;
    for (let column = 0; column < width; column++) {
      const value = this.#see(column, cells[column] ?? '');
      if (piece) piece[at + column] = value;
    }
    this.#count++;
  }

  /** Bytes of text in which rows `[from, to)` lie, and how many rows before them. */
  span(
    from: number,
    to: number,
  ): { readonly start: number; readonly end: number; readonly skip: number } {
    const first = Math.floor(from / STRIDE);
    const start = this.#starts[first] ?? this.#end;
    return {
      start,
      end: this.#starts[Math.ceil(to / STRIDE)] ?? this.#end,
      skip: from - first * STRIDE,
    };
  }

  /** A cell of a table that is kept; NaN for what is no number. */
  at(row: number, column: number): number {
    const piece = this.#pieces[Math.floor(row / this.#rowsPerPiece)];
    return piece?.[(row % this.#rowsPerPiece) * this.columns.length + column] ?? Number.NaN;
  }

  /** A cell as a number: of text the number of its word, NaN for others. */
  parse(column: number, cell: string): number {
    const { kind, words } = this.columns[column] ?? {};
    if (kind === 'text') return words?.get(cell.trim()) ?? Number.NaN;
    const value = this.#parse(cell);
    return Number.isFinite(value) ? value : Number.NaN;
  }

  /** Class of each word of a column, by the number of the word; `undefined` for a column of numbers. */
  classOf(column: number): Int32Array | undefined {
    const known = this.#classes.get(column);
    const { kind, words } = this.columns[column] ?? {};
    if (known || kind !== 'text' || !words) return known;
    const places = new Map(classesOf(words.keys()).map((word, place) => [word, place]));
    const classes = Int32Array.from(words.keys(), (word) => places.get(word) ?? -1);
    this.#classes.set(column, classes);
    return classes;
  }

  #keep(): void {
    const width = this.columns.length;
    if (!this.#isKept || this.#count % this.#rowsPerPiece !== 0) return;
    if ((this.#count + this.#rowsPerPiece) * width > MAX_KEPT + PIECE) {
      this.#isKept = false;
      this.#pieces.length = 0;
    } else this.#pieces.push(new Float64Array(this.#rowsPerPiece * width));
  }

  /** Notes what a cell says of its column, and gives it as `parse` does. */
  #see(index: number, cell: string): number {
    const column = this.columns[index];
    if (!column) return Number.NaN;
    if (column.kind === 'text') return wordOf(column, cell.trim());
    const value = this.parse(index, cell);
    if (Number.isInteger(value)) {
      column.whole++;
      if (value > column.largest) column.largest = value;
      if (column.values.size < MAX_VALUES) column.values.add(value);
    }
    if (this.#count === 0) this.#firsts[index] = value;
    else if (value !== this.#firsts[index]) column.constant = false;
    return value;
  }
}

function wordOf(column: Growing, word: string): number {
  const { words } = column;
  const known = words?.get(word);
  if (!words || known !== undefined) return known ?? Number.NaN;
  if (words.size >= MAX_CLASSES) {
    column.words = undefined;
    return Number.NaN;
  }
  words.set(word, words.size);
  return words.size - 1;
}

/** Throws `too-large` for a row that is none of a table. */
export function checkWidth(size: number, limit: number, path: string): void {
  if (size <= limit) return;
  const problem: Problem = { kind: 'too-large', what: 'columns', size, limit };
  throw new CheckpointError(problem, { path });
}
