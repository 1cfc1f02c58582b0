import { CheckpointError } from '#domain/problem.ts';
import type { TextEncoding } from './text.ts';

/** A row and the line of the file on which it ends, from 1. */
export interface Row {
  readonly cells: readonly string[];
  readonly line: number;
  /** Behind its last character; bytes of the file from the start of the text. */
  readonly end: number;
}

/** The same, counted in characters. */
interface SplitRow extends Row {
  readonly end: number;
}

/** A quote that is never closed would take in the rest of the file. */
const MAX_CELL = 2 ** 20;

const DELIMITERS = [',', ';', '\t', '|'];

/** The character that stands between the cells of the first line most often. */
function findDelimiter(text: string): string {
  const [line = ''] = text.replace(/"(?:[^"]|"")*"/g, '').split(/\r\n?|\n/, 1);
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** What stands between the cells, and the rows piece by piece. */
export interface Table {
  readonly delimiter: string;
  readonly rows: AsyncGenerator<readonly Row[]>;
}

/**
 * Splits a table of text, quoted as in RFC 4180; lines end as on any system, and empty ones are left
 * out. Reading throws `too-large` for a cell without an end.
 */
export async function readTable(
  texts: AsyncGenerator<string>,
  path: string,
  encoding: TextEncoding = 'utf-8',
): Promise<Table> {
  let first = '';
  for (;;) {
    const { done, value } = await texts.next();
    if (!done) first += value;
    if (done || /[\r\n]/.test(first) || first.length > MAX_CELL) break;
  }
  const delimiter = findDelimiter(first);
  return {
    delimiter,
    rows: split(first, texts, { encoding, splitter: new Splitter(delimiter, path) }),
  };
}

async function* split(
  first: string,
  rest: AsyncGenerator<string>,
  { encoding, splitter }: { readonly encoding: TextEncoding; readonly splitter: Splitter },
): AsyncGenerator<readonly Row[]> {
  const inBytes = createByteCount(encoding === 'utf-8' ? utf8Length : (_, from, to) => to - from);
  yield inBytes(first, splitter.feed(first));
  for await (const text of rest) yield inBytes(text, splitter.feed(text));
  yield inBytes('', splitter.end());
}

/** Rows of a text that is part of a table, from the start of one row to the end of another. */
export function splitRows(text: string, delimiter: string, path: string): readonly Row[] {
  const splitter = new Splitter(delimiter, path);
  return [...splitter.feed(text), ...splitter.end()];
}

/** Turns the ends of rows from characters into bytes, piece by piece. */
function createByteCount(sizeOf: (text: string, from: number, to: number) => number) {
  let characters = 0;
  let bytes = 0;
  return (text: string, rows: readonly SplitRow[]): readonly Row[] => {
    let at = 0;
    const counted = rows.map((row) => {
      const to = Math.max(at, row.end - characters);
      bytes += sizeOf(text, at, to);
      at = to;
      return { ...row, end: bytes };
    });
    bytes += sizeOf(text, at, text.length);
    characters += text.length;
    return counted;
  };
}

function utf8Length(text: string, from: number, to: number): number {
  let length = to - from;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Half of a pair is half of four bytes
    length += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return length;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

class Splitter {
  readonly #delimiter: number;
  readonly #path: string;
  #rows: SplitRow[] = [];
  /** Characters before the text at hand, and up to the one at hand. */
  #before = 0;
  #at = 0;
  #cells: string[] = [];
  /** Of the cell so far. */
  #text = '';
  #quoted = false;
  /** The last character closed a quote, unless the next opens it again. */
  #closed = false;
  /** The row has something in quotes, so that it is not empty. */
  #marked = false;
  #afterReturn = false;
  #line = 1;

  constructor(delimiter: string, path: string) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#path = path;
  }

  /** Rows that end in the text. */
  feed(text: string): readonly SplitRow[] {
    this.#rows = [];
    const delimiter = this.#delimiter;
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code !== delimiter && code !== LINE_FEED && code !== QUOTE && code !== CARRIAGE_RETURN) {
        continue;
      }
      this.#at = this.#before + i + 1;
      if (this.#step(code, text.slice(start, i))) start = i + 1;
    }
    this.#add(text.slice(start));
    this.#before += text.length;
    return this.#rows;
  }

  end(): readonly SplitRow[] {
    this.#rows = [];
    this.#at = this.#before;
    if (this.#text !== '' || this.#cells.length > 0 || this.#marked) this.#endRow();
    return this.#rows;
  }

  /** Takes a character that may part cells; `false` when it is content like any other. */
  #step(code: number, before: string): boolean {
    if (this.#quoted) {
      if (code === LINE_FEED) this.#line++;
      if (code === QUOTE) this.#close(before);
      return code === QUOTE;
    }
    if (code === QUOTE) return this.#open(before);
    const endsReturn = code === LINE_FEED && this.#afterReturn && before === '';
    this.#add(before);
    this.#closed = false;
    this.#afterReturn = code === CARRIAGE_RETURN;
    if (endsReturn) return true;
    if (code === this.#delimiter) this.#endCell();
    else {
      this.#endRow();
      this.#line++;
    }
    return true;
  }

  #close(before: string): void {
    this.#add(before);
    this.#quoted = false;
    this.#closed = true;
  }

  /** At the start of a cell, or a second time, which stands for a quote; elsewhere it is content. */
  #open(before: string): boolean {
    if (this.#closed && before === '') this.#add('"');
    else if (this.#text !== '' || before !== '' || this.#closed) return false;
    this.#afterReturn = false;
    this.#quoted = true;
    this.#marked = true;
    return true;
  }

  #add(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#closed = false;
    this.#afterReturn = false;
    if (this.#text.length <= MAX_CELL) return;
    const problem = { what: 'cell', size: this.#text.length, limit: MAX_CELL } as const;
    const place = { path: this.#path };
    throw new CheckpointError({ kind: 'too-large', ...problem }, place);
  }

  #endCell(): void {
    this.#cells.push(this.#text);
    this.#text = '';
  }

  #endRow(): void {
    const isEmpty = this.#cells.length === 0 && this.#text.trim() === '' && !this.#marked;
    this.#endCell();
    if (!isEmpty) {
      this.#rows.push({ cells: this.#cells, line: this.#line, end: this.#at });
    }
    this.#cells = [];
    this.#marked = false;
  }
}
