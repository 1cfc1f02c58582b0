import type { DatasetColumn } from './dataset.ts';

/** Names under which people keep the labels, most likely first; those of tests before those of training. */
const LABEL_NAMES = [
  /^(?:y|labels?|targets?)[_-]?test$|^test[_-]?(?:y|labels?|targets?)$/i,
  /^(?:y|labels?|targets?)[_-]?val(?:id(?:ation)?)?$|^val(?:id(?:ation)?)?[_-]?(?:y|labels?|targets?)$/i,
  /^labels?$/i,
  /^y$/i,
  /^targets?$/i,
  /^class(?:es)?$/i,
  /^y_true$|^gt$|^ground_?truth$/i,
  /^(?:y|labels?|targets?)[_-]?train(?:ing)?$|^train(?:ing)?[_-]?(?:y|labels?|targets?)$/i,
];

/** The name that most likely stands for labels; `undefined` when none looks like one. */
export function findLabelName(names: readonly string[]): string | undefined {
  for (const pattern of LABEL_NAMES) {
    const name = names.find((candidate) => pattern.test(candidate));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Why a row gives no class. */
export interface LabelProblem {
  /** From 0. */
  readonly row: number;
  readonly what: string;
}

const MAX_CLASS = 2 ** 31 - 1;

/** Class indices from numbers, one per row. Whether a model has that class is not looked at. */
export function labelsOfNumbers(values: ArrayLike<number>): Int32Array<ArrayBuffer> | LabelProblem {
  const labels = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (!Number.isInteger(value) || Math.abs(value) > MAX_CLASS) {
      return { row, what: `${value} is no class index` };
    }
    labels[row] = value;
  }
  return labels;
}

/** Class indices from rows of zeros with a single one, `[rows, classes]`. */
export function labelsOfOneHot(
  values: ArrayLike<number>,
  classes: number,
): Int32Array<ArrayBuffer> | LabelProblem {
  const labels = new Int32Array(values.length / classes);
  for (let row = 0; row < labels.length; row++) {
    let found = -1;
    for (let column = 0; column < classes; column++) {
      const value = values[row * classes + column];
      if (value === 0) continue;
      if (value !== 1 || found >= 0) return { row, what: 'it is not one-hot: one 1 among zeros' };
      found = column;
    }
    if (found < 0) return { row, what: 'it is not one-hot: it has no 1' };
    labels[row] = found;
  }
  return labels;
}

/** Words in the order in which they stand for classes: sorted by code points, as scikit-learn sorts them. */
export function classesOf(words: Iterable<string>): NonNullable<DatasetColumn['classes']> {
  return [...new Set(words)].sort((a, b) => (a === b ? 0 : isBefore(a, b) ? -1 : 1));
}

/** JavaScript compares UTF-16 units, which puts what lies beyond U+FFFF too early. */
function isBefore(a: string, b: string): boolean {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length < right.length;
  return at < right.length && (left[at]?.codePointAt(0) ?? 0) < (right[at]?.codePointAt(0) ?? 0);
}
