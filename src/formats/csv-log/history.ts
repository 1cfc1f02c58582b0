import type { HistoryFormat } from '#formats/history-format.ts';
import { parseCell } from './cell.ts';
import { type Header, isRemark, readHeader } from './header.ts';
import { rowAt, splitRow } from './row.ts';
import { utf16Of } from './utf16.ts';

/** A table without a row yet is taken for a log by its name, too. */
const NAME = /\.(csv|tsv|txt|log)$/i;

/**
 * A table with a column of steps, epochs or iterations and at least one of numbers: Lightning's
 * `metrics.csv`, Keras's CSVLogger, Ultralytics' `results.csv`, timm's `summary.csv` and their like.
 */
export const csvLog: HistoryFormat = {
  id: 'csv-log',
  title: 'CSV log',
  spec: 'https://www.rfc-editor.org/rfc/rfc4180',
  resumable: false,
  detect({ path, size, head }) {
    const text = textOf(head);
    if (text.includes('\0')) return false;
    const isWhole = size <= head.length;
    const rows = firstRows(text, isWhole);
    const [first, ...data] = rows;
    const header = first === undefined ? null : readHeader(first);
    if (!header) return false;
    return data.length === 0 ? NAME.test(path) : data.some((row) => isLogged(row, header));
  },
  async *read(...args) {
    const { read } = await import('./reader.ts');
    yield* read(...args);
  },
};

/** A character for every byte, but for UTF-16. */
function textOf(head: Uint8Array): string {
  const encoding = utf16Of(head) ?? 'latin1';
  return new TextDecoder(encoding).decode(head).replace(/^\u00ef\u00bb\u00bf/, '');
}

/** The header and the rows after it, as far as the text goes; one that is cut loses its last cell. */
function firstRows(text: string, isWhole: boolean): string[] {
  const rows: string[] = [];
  let at = 0;
  for (let row = rowAt(text, at, true); row; row = rowAt(text, at, true)) {
    at = row.next;
    const isRest = row.isCut && !isWhole;
    const whole = isRest ? row.text.replace(/[,;\t][^,;\t]*$/, '') : row.text;
    const isBefore = rows.length === 0 && isRemark(row.text) && readHeader(row.text) === null;
    if (whole.trim() !== '' && !isBefore) rows.push(whole);
  }
  return rows;
}

/** Whether a row has a step and beside it a number, or nothing yet. */
function isLogged(row: string, { separator, names, step, epoch }: Header): boolean {
  const counter = step >= 0 ? step : epoch;
  const cells = splitRow(row, separator).map((cell) => parseCell(cell, separator === ';'));
  if (typeof cells[counter] !== 'number') return false;
  const others = cells.filter((_, i) => i !== counter && (names[i] ?? '') !== '');
  const isEmpty = others.length > 0 && others.every((cell) => cell === undefined);
  return isEmpty || others.some((cell) => typeof cell === 'number');
}
