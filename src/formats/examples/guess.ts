import type { DatasetColumn } from '#domain/dataset.ts';
import { findLabelName } from '#domain/labels.ts';
import { elementCount } from '#domain/tensor.ts';
import type { ExampleColumn, Examples, Numbers } from './column.ts';

/** Which columns are what the others are to tell. */
export interface Answers {
  readonly label: string | null;
  readonly targets?: readonly string[];
}

/** Examples that are looked at. */
const SAMPLE = 256;

/** Numbers that are whole this often are classes; the others are mistakes, which reading them will tell. */
const MOSTLY = 0.9;

/** `label_cat`, `label_dog`, or `target_0`, `target_1`: each is one number of several. */
const ONE_OF_SEVERAL = /^(?:labels?|targets?|y)[_.\s-]\S/i;

/**
 * The label by its name; as targets where it is a real number, several labels, or one per token. Without such a name,
 * the only whole number or word beside arrays.
 */
export async function guessAnswers({
  columns,
  count,
  answer,
  signal,
}: Pick<Examples, 'columns' | 'count' | 'answer' | 'signal'>): Promise<Answers> {
  const several = columns.filter(({ column }) => isOneOfSeveral(column));
  const named = answer ?? findLabelName(columns.map(({ column }) => column.name));
  if (named === undefined && several.length > 1) {
    return { label: null, targets: several.map(({ column }) => column.name) };
  }
  const found = columns.find(({ column }) => column.name === (named ?? onlyWhole(columns)));
  if (!found) return { label: null };
  const { name } = found.column;
  const to = Math.min(SAMPLE, count);
  const numbers = await found.numbers?.({ from: 0, to, signal }, true);
  if (!numbers) return { label: found.column.classes || found.words ? name : null };
  return isClasses(numbers, found.column)
    ? { label: name }
    : { label: null, targets: isOfRange(found.column) ? [name] : [] };
}

function isOneOfSeveral({ name, shape, dtype }: DatasetColumn): boolean {
  return shape.length === 0 && dtype !== 'string' && ONE_OF_SEVERAL.test(name);
}

/** More numbers than this per example are inputs under an odd name. */
const MAX_TARGETS = 2 ** 16;

const isOfRange = ({ shape }: DatasetColumn) => elementCount(shape) <= MAX_TARGETS;

/** The column that is a whole number or a word, where all others are arrays. */
function onlyWhole(columns: readonly ExampleColumn[]): string | undefined {
  const single = columns.filter(({ column }) => elementCount(column.shape) === 1);
  const [one, ...others] = single;
  if (!one || others.length > 0 || columns.length < 2) return undefined;
  const { name, dtype, classes } = one.column;
  return /^(?:u?int|bool)/.test(dtype) || classes ? name : undefined;
}

function isClasses(numbers: Numbers, { dtype, shape }: DatasetColumn): boolean {
  const each = elementCount(shape);
  if (each > 1) return shape.length === 1 && isOneHot(numbers, each);
  return /^(?:u?int|bool)/.test(dtype) || isWholeClasses(numbers);
}

/** Whether numbers that are not integers by type are classes all the same: whole, and not far apart. */
export function isWholeClasses(numbers: ArrayLike<number>): boolean {
  const whole = new Set<number>();
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? 0;
    if (!Number.isInteger(value)) continue;
    count++;
    whole.add(value);
  }
  if (count < MOSTLY * numbers.length) return false;
  const largest = Math.max(...whole, 0);
  return largest <= Math.max(FEW, 2 * whole.size);
}

/** Classes of which a few examples need not show many. */
const FEW = 20;

/** Mostly rows of zeros with a single one. */
function isOneHot(numbers: Numbers, each: number): boolean {
  let good = 0;
  const rows = numbers.length / each;
  for (let row = 0; row < rows; row++) {
    const cells = numbers.subarray(row * each, (row + 1) * each);
    if (
      cells.every((cell) => cell === 0 || cell === 1) &&
      cells.filter((c) => c === 1).length === 1
    )
      good++;
  }
  return good >= MOSTLY * rows;
}
