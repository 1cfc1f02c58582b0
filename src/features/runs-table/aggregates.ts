import type { RunRow } from './rows.ts';
import type { RunColumn } from './run-columns.ts';

/** What the runs of a group have in a column together. */
export type Aggregate =
  /** All that have a value have this one. */
  | { readonly kind: 'same'; readonly value: number | string; readonly n: number }
  /** So many different texts. */
  | { readonly kind: 'several'; readonly count: number; readonly n: number }
  | {
      readonly kind: 'mean';
      readonly mean: number;
      /** Sample standard deviation; `null` for a single value. */
      readonly std: number | null;
      /** Finite values. */
      readonly n: number;
      /** `NaN` and infinities, which count nowhere. */
      readonly nonfinite: number;
      readonly best: { readonly run: string; readonly value: number } | null;
      readonly least: number;
      readonly greatest: number;
    }
  /** Values, but none of them finite. */
  | { readonly kind: 'nonfinite'; readonly n: number }
  | { readonly kind: 'none' };

export function aggregateOf(column: RunColumn, rows: readonly RunRow[]): Aggregate {
  const values = rows.flatMap((row) => {
    const { value } = column.read(row);
    return value === null ? [] : [{ run: row.run, value }];
  });
  if (values.length === 0) return { kind: 'none' };
  if (column.kind === 'number') return aggregateNumbers(column, values);
  return aggregateTexts(values);
}

interface Valued {
  readonly run: string;
  readonly value: number | string;
}

function aggregateTexts(values: readonly Valued[]): Aggregate {
  const different = new Set(values.map(({ value }) => value));
  const [first] = different;
  if (different.size === 1 && first !== undefined)
    return { kind: 'same', value: first, n: values.length };
  return { kind: 'several', count: different.size, n: values.length };
}

function aggregateNumbers({ better, source }: RunColumn, values: readonly Valued[]): Aggregate {
  const numbers = values.filter((one): one is Valued & { value: number } => {
    return typeof one.value === 'number' && Number.isFinite(one.value);
  });
  const nonfinite = values.length - numbers.length;
  const [first] = numbers;
  if (!first) return { kind: 'nonfinite', n: values.length };
  const areSame = numbers.every(({ value }) => value === first.value);
  if (source === 'configuration' && areSame && nonfinite === 0)
    return { kind: 'same', value: first.value, n: numbers.length };
  const { mean, std } = meanAndStd(numbers.map(({ value }) => value));
  const best = numbers.reduce((one, other) =>
    (better === 'higher' ? other.value > one.value : other.value < one.value) ? other : one,
  );
  return {
    kind: 'mean',
    mean,
    std,
    n: numbers.length,
    nonfinite,
    best: better === null ? null : best,
    least: numbers.reduce((least, { value }) => Math.min(least, value), first.value),
    greatest: numbers.reduce((most, { value }) => Math.max(most, value), first.value),
  };
}

/** In two passes: the sum of squares alone loses all digits where the spread is small beside the mean. */
export function meanAndStd(values: readonly number[]): {
  readonly mean: number;
  readonly std: number | null;
} {
  // Divided first, as a sum may overflow.
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const error = values.reduce((sum, value) => sum + (value - mean), 0) / values.length;
  const centre = mean + error;
  if (values.length < 2) return { mean: centre, std: null };
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return { mean: centre, std: Math.sqrt(squares / (values.length - 1)) };
}

/** What a group is sorted by. */
export function sortValue(aggregate: Aggregate): number | string | null {
  switch (aggregate.kind) {
    case 'same':
      return aggregate.value;
    case 'mean':
      return aggregate.mean;
    case 'several':
      return aggregate.count;
    case 'nonfinite':
      return Number.NaN;
    case 'none':
      return null;
  }
}
