import type { DatasetColumn } from '#domain/dataset.ts';
import { classesOf, findLabelName } from '#domain/labels.ts';
import type { Row } from './rows.ts';

/** A number as people write it; with a comma for the point where commas do not part cells. */
export function parseNumber(cell: string, hasDecimalComma: boolean): number {
  const value = Number(cell);
  if (Number.isNaN(value)) {
    const isComma = hasDecimalComma && cell.includes(',') && !cell.includes('.');
    return isComma ? Number(cell.replace(',', '.')) : value;
  }
  // JavaScript takes blanks for 0, and knows numbers of other bases
  if (value === 0 && cell.trim() === '') return Number.NaN;
  return cell.charCodeAt(1) > NINE && /^0[xob]/i.test(cell) ? Number.NaN : value;
}

const NINE = 0x39;

/** What a column holds, as its first rows show it. */
export type Kind = 'number' | 'text';

/** Text where most cells that say something are no numbers. */
export function kindsOf(rows: readonly Row[], parse: (cell: string) => number): Kind[] {
  const width = rows[0]?.cells.length ?? 0;
  return Array.from({ length: width }, (_, column) => {
    const cells = rows.map(({ cells }) => cells[column] ?? '').filter((cell) => !isMissing(cell));
    const numbers = cells.filter((cell) => !Number.isNaN(parse(cell)));
    return numbers.length * 2 >= cells.length ? 'number' : 'text';
  });
}

const MISSING = /^\s*(?:|na|n\/a|nan|null|none)\s*$/i;

export function isMissing(cell: string): boolean {
  return MISSING.test(cell);
}

/**
 * Whether the first row names the columns: where it has words over numbers, or counts from 0, or has
 * words only and none of them again.
 */
export function hasHeader(rows: readonly Row[], parse: (cell: string) => number): boolean {
  const [first, ...others] = rows;
  if (!first) return false;
  const isWord = first.cells.map((cell) => Number.isNaN(parse(cell)));
  if (others.length === 0) return isWord.every(Boolean);
  const kinds = kindsOf(others, parse);
  if (isWord.some((word, column) => word && kinds[column] === 'number')) return true;
  const counts = first.cells.slice(0, -1).every((cell, i) => cell.trim() === String(i));
  if (counts && first.cells.length > 2) return true;
  const seen = new Set(others.flatMap(({ cells }) => cells));
  return isWord.every(Boolean) && !first.cells.some((cell) => seen.has(cell));
}

/** Names as pandas gives them: one that stands twice gets a number, one that is missing its place. */
export function namesOf(header: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return header.map((cell, i) => {
    const name = cell.trim() === '' ? `Unnamed: ${i}` : cell.trim();
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    return before === 0 ? name : `${name}.${before}`;
  });
}

/** What was seen of a column while the rows were read. */
export interface Column {
  readonly name: string;
  readonly kind: Kind;
  /** Of text, in the order in which they came; `undefined` where they are too many to be classes. */
  readonly words: ReadonlyMap<string, number> | undefined;
  readonly whole: number;
  /** Different whole numbers, up to some, and the largest. */
  readonly values: ReadonlySet<number>;
  readonly largest: number;
  /** Whether all numbers are the same. */
  readonly constant: boolean;
}

/** Numbers that are whole this often are classes; the others are mistakes, which reading them will tell. */
const MOSTLY = 0.9;

/** Classes of which a few rows need not show many. */
const FEW = 20;

/** The label by its name, else the last column, or the first of images; as targets where it is no class. */
export function guessAnswers(
  columns: readonly Column[],
  count: number,
  isNamed: boolean,
): { readonly label: string | null; readonly targets?: readonly string[] } {
  const named = isNamed ? findLabelName(columns.map(({ name }) => name)) : undefined;
  const found = columns.find(({ name }) => name === named);
  if (found) {
    const { name } = found;
    return isClass(found, count) ? { label: name } : { label: null, targets: [name] };
  }
  const several = columns.filter(({ name, kind }) => SEVERAL.test(name) && kind === 'number');
  if (several.length > 1) return { label: null, targets: several.map(({ name }) => name) };
  const [first, last] = [columns[0], columns.at(-1)];
  if (!first || !last || columns.length < 2) return { label: null };
  // the last pixel of an image is the background in every row
  const label = last.constant && !first.constant && isClass(first, count) ? first : last;
  return { label: isClass(label, count) ? label.name : null };
}

/** `label_cat`, `label_dog`: one column for each. */
const SEVERAL = /^(?:labels?|targets?)[_.\s-]\S/i;

/** Words, or whole numbers that are not far apart. */
function isClass({ kind, words, whole, values, largest }: Column, count: number): boolean {
  if (kind === 'text') return words !== undefined;
  return whole >= MOSTLY * count && largest <= Math.max(FEW, 2 * values.size);
}

/** Columns as the screen knows them, with the classes of words in their order. */
export function describeColumn({ name, kind, words }: Column): DatasetColumn {
  if (kind === 'number') return { name, dtype: 'float64', shape: [] };
  const column = { name, dtype: 'string', shape: [] } as const;
  return words ? { ...column, classes: classesOf(words.keys()) } : { ...column, kind: 'text' };
}
