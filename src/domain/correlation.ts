import { upperTailOfF } from './f-distribution.ts';

/** How two columns of numbers go together. */
export interface Correlation {
  /** Pairs of finite numbers; other pairs are left out. */
  readonly n: number;
  /** Pearson's coefficient: how near the pairs are to a straight line, from −1 to 1. */
  readonly pearson: number;
  readonly pearsonP: number;
  /** Spearman's: Pearson's of the ranks, ties averaged. */
  readonly spearman: number;
  readonly spearmanP: number;
}

/** How the mean of a number differs between categories. */
export interface CategoryEffect {
  /** Finite numbers with a category. */
  readonly n: number;
  /** Correlation ratio η²: the part of the variance that lies between the categories, from 0 to 1. */
  readonly etaSquared: number;
  /** η² less what chance alone gives: ε², after Kelley; 0 when that is more. */
  readonly epsilonSquared: number;
  /** Of the F test of equal means. */
  readonly p: number;
  /** Lowest mean first. */
  readonly groups: readonly CategoryGroup[];
}

export interface CategoryGroup {
  readonly category: string;
  readonly n: number;
  readonly mean: number;
}

/** Why nothing can be told of a column. */
export type Untold =
  /** Fewer than 3 runs have both values. */
  | { readonly reason: 'few'; readonly n: number }
  /** All runs have the same value. */
  | { readonly reason: 'single-value'; readonly n: number }
  /** All runs have the same number to compare with. */
  | { readonly reason: 'single-metric'; readonly n: number }
  /** Every run has a category of its own. */
  | { readonly reason: 'all-different'; readonly n: number };

/** With two pairs every line fits. */
export const LEAST_RUNS = 3;

/**
 * Pearson's and Spearman's coefficient with two-sided p values of no correlation, from Student's t with
 * n − 2 degrees of freedom.
 *
 * @param x `[n]`, beside `y`; NaN and ±∞ leave a pair out
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.spearmanr.html
 */
export function correlate(x: readonly number[], y: readonly number[]): Correlation | Untold {
  const kept = x.flatMap((value, i) => {
    const other = y[i] ?? Number.NaN;
    return Number.isFinite(value) && Number.isFinite(other) ? [[value, other] as const] : [];
  });
  const untold = findUntold(
    kept.map(([value]) => value),
    kept.map(([, other]) => other),
  );
  if (untold) return untold;
  const n = kept.length;
  const left = kept.map(([value]) => value);
  const right = kept.map(([, other]) => other);
  const pearson = coefficient(left, right);
  const spearman = coefficient(ranks(left), ranks(right));
  return { n, pearson, pearsonP: p(pearson, n), spearman, spearmanP: p(spearman, n) };
}

/**
 * How much of the spread of `y` the categories account for.
 *
 * @param categories `[n]`, beside `y`; `null` leaves a pair out, as NaN and ±∞ of `y` do
 */
export function categoryEffect(
  categories: readonly (string | null)[],
  y: readonly number[],
): CategoryEffect | Untold {
  const members = new Map<string, number[]>();
  const numbers: number[] = [];
  for (const [i, category] of categories.entries()) {
    const value = y[i] ?? Number.NaN;
    if (category === null || !Number.isFinite(value)) continue;
    numbers.push(value);
    const group = members.get(category);
    if (group) group.push(value);
    else members.set(category, [value]);
  }
  const n = numbers.length;
  const untold = findUntold([...members.keys()], numbers);
  if (untold) return untold;
  if (members.size === n) return { reason: 'all-different', n };
  const scale = magnitude(numbers);
  const total = mean(numbers);
  let between = 0;
  let within = 0;
  const groups = [...members].map(([category, values]) => {
    const center = mean(values);
    between += values.length * ((center - total) / scale) ** 2;
    for (const value of values) within += ((value - center) / scale) ** 2;
    return { category, n: values.length, mean: center };
  });
  groups.sort((a, b) => a.mean - b.mean);
  const etaSquared = between / (between + within);
  const [freeBetween, freeWithin] = [members.size - 1, n - members.size];
  const f = between / freeBetween / (within / freeWithin);
  return {
    n,
    etaSquared,
    epsilonSquared: Math.max(0, 1 - ((1 - etaSquared) * (n - 1)) / freeWithin),
    p: upperTailOfF(f, freeBetween, freeWithin),
    groups,
  };
}

/** Runs whose values of a key are next to each other. */
export interface Part {
  /** The least and the greatest value in it. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly mean: number;
}

export interface PartsEffect extends Omit<CategoryEffect, 'groups'> {
  /** In order of the key. */
  readonly parts: readonly Part[];
}

/** Quarters of the runs: a valley or a hill shows, and each still has several runs. */
const PARTS = 4;
const LEAST_RUNS_FOR_PARTS = 20;

/**
 * How much of the spread of `y` lies between quarters of the runs in order of `x`. It sees a valley or a
 * hill, as over learning rates, for which both coefficients can be 0. `null` for fewer than 20 runs, or
 * where there are less than three parts.
 *
 * @param x `[n]`, beside `y`; equal values stay in one part; NaN and ±∞ leave a pair out
 */
export function partsEffect(x: readonly number[], y: readonly number[]): PartsEffect | null {
  const pairs = x.flatMap((value, i) => {
    const other = y[i] ?? Number.NaN;
    return Number.isFinite(value) && Number.isFinite(other) ? [[value, other] as const] : [];
  });
  if (pairs.length < LEAST_RUNS_FOR_PARTS) return null;
  const ordered = ranks(pairs.map(([value]) => value));
  const parts = ordered.map((rank) => Math.floor(((rank - 0.5) / pairs.length) * PARTS));
  const effect = categoryEffect(
    parts.map(String),
    pairs.map(([, other]) => other),
  );
  if ('reason' in effect || effect.groups.length < 3) return null;
  const { groups, ...numbers } = effect;
  const described = groups.map(({ category, n, mean }) => {
    const values = pairs.flatMap(([value], i) => (parts[i] === Number(category) ? [value] : []));
    return { from: Math.min(...values), to: Math.max(...values), n, mean };
  });
  return { ...numbers, parts: described.sort((a, b) => a.from - b.from) };
}

function findUntold(keys: readonly (number | string)[], numbers: readonly number[]): Untold | null {
  const n = numbers.length;
  if (n < LEAST_RUNS) return { reason: 'few', n };
  if (new Set(keys).size < 2) return { reason: 'single-value', n };
  if (new Set(numbers).size < 2) return { reason: 'single-metric', n };
  return null;
}

/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let i = from; i < to; i++) result[order[i] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}

/** Divided by their magnitude first, so that squares stay in what a double holds. */
function coefficient(x: readonly number[], y: readonly number[]): number {
  const [left, right] = [centred(x), centred(y)];
  let products = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (const [i, a] of left.entries()) {
    const b = right[i] ?? 0;
    products += a * b;
    leftSquares += a * a;
    rightSquares += b * b;
  }
  const value = products / Math.sqrt(leftSquares * rightSquares);
  return Math.min(1, Math.max(-1, value));
}

/** Differences from the mean, the largest of them from 1 to 2. */
function centred(values: readonly number[]): number[] {
  const scale = magnitude(values);
  const scaled = values.map((value) => value / scale);
  const center = mean(scaled);
  const differences = scaled.map((value) => value - center);
  const most = magnitude(differences);
  return differences.map((value) => value / most);
}

/** A power of two near the largest size: dividing by one loses no digit. */
function magnitude(values: readonly number[]): number {
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return most === 0 ? 1 : 2 ** Math.floor(Math.log2(most));
}

function mean(values: readonly number[]): number {
  const scale = magnitude(values);
  return (values.reduce((sum, value) => sum + value / scale, 0) / values.length) * scale;
}

/** The square of Student's t is F with 1 and n − 2 degrees of freedom. */
function p(r: number, n: number): number {
  const rest = (1 - r) * (1 + r);
  return upperTailOfF((r * r * (n - 2)) / rest, 1, n - 2);
}
