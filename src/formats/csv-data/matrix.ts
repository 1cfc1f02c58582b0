import { classesOf } from '#domain/labels.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { type Column, isMissing, type Kind } from './columns.ts';
import type { Row } from './rows.ts';

/** 512 MB as float32: what is kept of a table. */
const MAX_CELLS = 2 ** 27;

/** Elements of one piece of the table, which grows piece by piece. */
const PIECE = 2 ** 18;

/** Distinct words in all columns of text. */
const MAX_WORDS = 2 ** 20;

/** Cells that are no numbers and can be quoted in a message. */
const MAX_QUOTES = 100;

interface Growing extends Column {
  readonly words: Map<string, number>;
  whole: number;
  constant: boolean;
}

/** The cells of a table as float32, words as numbers, in the order in which the rows came. */
export class Matrix {
  readonly columns: readonly Growing[];
  readonly #path: string;
  readonly #parse: (cell: string) => number;
  readonly #pieces: Float32Array<ArrayBuffer>[] = [];
  readonly #rowsPerPiece: number;
  readonly #firsts: number[] = [];
  readonly #quotes = new Map<number, string>();
  readonly #classes = new Map<number, Int32Array>();
  #words = 0;
  #count = 0;

  constructor(
    layout: { readonly names: readonly string[]; readonly kinds: readonly Kind[] },
    parse: (cell: string) => number,
    path: string,
  ) {
    this.columns = layout.names.map((name, i) => ({
      name,
      kind: layout.kinds[i] ?? 'number',
      words: new Map<string, number>(),
      whole: 0,
      constant: true,
    }));
    this.#path = path;
    this.#parse = parse;
    this.#rowsPerPiece = Math.max(1, Math.floor(PIECE / Math.max(1, this.columns.length)));
  }

  /** Rows so far. */
  get count(): number {
    return this.#count;
  }

  add({ cells, line }: Row): void {
    const width = this.columns.length;
    if (cells.length !== width) {
      const what = `row ${this.#count} (counted from 0, line ${line}) has ${cells.length} cells, the first row ${width}`;
      this.#fail({ kind: 'malformed', what });
    }
    const size = (this.#count + 1) * width;
    if (size > MAX_CELLS)
      this.#fail({ kind: 'too-large', what: 'table, in cells', size, limit: MAX_CELLS });
    const at = this.#count % this.#rowsPerPiece;
    if (at === 0) this.#pieces.push(new Float32Array(this.#rowsPerPiece * width));
    const piece = this.#pieces.at(-1) ?? new Float32Array();
    for (let column = 0; column < width; column++) {
      piece[at * width + column] = this.#valueOf(column, cells[column] ?? '');
    }
    this.#count++;
  }

  at(row: number, column: number): number {
    const piece = this.#pieces[Math.floor(row / this.#rowsPerPiece)];
    return piece?.[(row % this.#rowsPerPiece) * this.columns.length + column] ?? Number.NaN;
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

  /** Throws `malformed` for a cell that is not what was asked for. */
  refuse(row: number, column: number, why = 'it is no number'): never {
    const { name = '', kind } = this.columns[column] ?? {};
    const quote = this.#quotes.get(row * this.columns.length + column);
    const says = kind === 'text' ? 'it is text' : quote === undefined ? why : describeCell(quote);
    const what = `row ${row} of ${name} (counted from 0): ${says}`;
    return this.#fail({ kind: 'malformed', what });
  }

  #valueOf(index: number, cell: string): number {
    const column = this.columns[index];
    if (column?.kind === 'text') return this.#wordOf(column.words, cell.trim());
    const value = Math.fround(this.#parse(cell));
    if (column && Number.isInteger(value)) column.whole++;
    if (column && this.#count > 0 && value !== this.#firsts[index]) column.constant = false;
    if (this.#count === 0) this.#firsts[index] = value;
    if (Number.isFinite(value)) return value;
    const at = this.#count * this.columns.length + index;
    if (this.#quotes.size < MAX_QUOTES) this.#quotes.set(at, cell.trim());
    return Number.NaN;
  }

  #wordOf(words: Map<string, number>, word: string): number {
    const known = words.get(word);
    if (known !== undefined) return known;
    if (++this.#words > MAX_WORDS) {
      this.#fail({
        kind: 'too-large',
        what: 'different words',
        size: this.#words,
        limit: MAX_WORDS,
      });
    }
    words.set(word, words.size);
    return words.size - 1;
  }

  #fail(problem: Problem): never {
    throw new CheckpointError(problem, { path: this.#path });
  }
}

/** Longer texts are cut in messages. */
const MAX_QUOTED = 40;

function describeCell(cell: string): string {
  if (isMissing(cell)) return cell === '' ? 'it is empty' : `it is missing (${cell})`;
  const cut = cell.length > MAX_QUOTED ? `${cell.slice(0, MAX_QUOTED)}…` : cell;
  return `${JSON.stringify(cut)} is no finite number`;
}
