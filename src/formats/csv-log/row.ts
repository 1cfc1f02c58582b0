const QUOTE = '"';

/** A quoted cell of more lines is no cell, but a quote that was never closed. */
const MAX_LINES = 20;

/** One line of a table, or several, where a quoted cell holds line breaks. Offsets count characters. */
export interface Row {
  readonly start: number;
  /** Where the next row starts. */
  readonly next: number;
  readonly text: string;
  /** Nothing ends it: it may have been cut. */
  readonly isCut: boolean;
}

/**
 * The row at `start`; `null` when there is none, or when it goes on past a text that is not the last.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180#section-2
 */
export function rowAt(text: string, start: number, isLast: boolean): Row | null {
  if (start >= text.length) return null;
  const first = text.indexOf('\n', start);
  if (first < 0) return isLast ? toEnd(text, start) : null;
  const end = closingLine(text, start, first);
  if (end < 0 && !isLast) return null;
  return endingAt(text, start, end < 0 ? first : end);
}

/**
 * The end of the line in which a quoted cell that opens between `start` and `first` is closed: `first`
 * itself where none is left open, or none is ever closed; -1 when the text ends before that is known.
 */
function closingLine(text: string, start: number, first: number): number {
  let open = hasOddQuotes(text.slice(start, first));
  let end = first;
  for (let lines = 1; open; lines++) {
    if (lines === MAX_LINES) return first;
    const next = text.indexOf('\n', end + 1);
    if (next < 0) return -1;
    open = !hasOddQuotes(text.slice(end, next));
    end = next;
  }
  return end;
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf(QUOTE); at >= 0; at = text.indexOf(QUOTE, at + 1)) odd = !odd;
  return odd;
}

function endingAt(text: string, start: number, end: number): Row {
  const bare = end > start && text[end - 1] === '\r' ? end - 1 : end;
  return { start, next: end + 1, text: text.slice(start, bare), isCut: false };
}

function toEnd(text: string, start: number): Row {
  return { start, next: text.length, text: text.slice(start), isCut: true };
}

/** The cells of a row, quotes taken off. Any number of spaces separates once. */
export function splitRow(text: string, separator: string): string[] {
  if (separator === ' ') return text.trim().split(/\s+/);
  if (!text.includes(QUOTE)) return text.split(separator);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === QUOTE && quoted && text[i + 1] === QUOTE) {
      cell += char;
      i++;
    } else if (char === QUOTE) quoted = !quoted;
    else if (char === separator && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  return [...cells, cell];
}
