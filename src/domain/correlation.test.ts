import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categoryEffect, correlate, partsEffect, ranks } from './correlation.ts';
import { regularisedBeta, upperTailOfF } from './f-distribution.ts';

interface Expected {
  readonly numbers: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly pearson: number;
    readonly pearsonP: number;
    readonly spearman: number;
    readonly spearmanP: number;
  }[];
  readonly categories: readonly {
    readonly name: string;
    readonly categories: readonly string[];
    readonly y: readonly number[];
    readonly etaSquared: number;
    readonly p: number;
  }[];
}

/** Written by `fixtures/correlation.py`. */
const scipy: Expected = JSON.parse(
  readFileSync(new URL('./fixtures/correlation.json', import.meta.url), 'utf8'),
);

/** Of numbers that may be very small, by their ratio. */
function near(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-15);
}

describe("coefficients equal SciPy's", () => {
  it.each(scipy.numbers)('for $name', ({ x, y, name: _, ...expected }) => {
    const result = correlate(x, y);
    if ('reason' in result) throw new Error(result.reason);
    for (const key of ['pearson', 'pearsonP', 'spearman', 'spearmanP'] as const)
      near(result[key], expected[key]);
  });

  it.each(scipy.categories)('for $name', ({ categories, y, etaSquared, p }) => {
    const result = categoryEffect(categories, y);
    if ('reason' in result) throw new Error(result.reason);
    near(result.etaSquared, etaSquared);
    near(result.p, p);
  });
});

describe('values that are no numbers', () => {
  it('leave their runs out, and n says so', () => {
    const result = correlate(
      [1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, 6],
      [1, 2, 3, Number.NaN, 5, 7],
    );
    expect(result).toMatchObject({ n: 3, spearman: 1 });
    expect(categoryEffect(['a', null, 'a', 'b', 'b'], [1, 9, 2, 3, Number.NaN])).toMatchObject({
      n: 3,
      groups: [
        { category: 'a', n: 2, mean: 1.5 },
        { category: 'b', n: 1, mean: 3 },
      ],
    });
  });
});

describe('nothing is told', () => {
  it.each([
    ['of two runs', [1, 2], [1, 2], { reason: 'few', n: 2 }],
    ['of a key with one value', [7, 7, 7], [1, 2, 3], { reason: 'single-value', n: 3 }],
    ['about a metric with one value', [1, 2, 3], [4, 4, 4], { reason: 'single-metric', n: 3 }],
  ])('%s', (_, x, y, expected) => {
    expect(correlate(x, y)).toEqual(expected);
  });

  it.each([
    ['of two runs', ['a', 'b'], [1, 2], { reason: 'few', n: 2 }],
    ['of one category', ['a', 'a', 'a'], [1, 2, 3], { reason: 'single-value', n: 3 }],
    ['where each run has its own', ['a', 'b', 'c'], [1, 2, 3], { reason: 'all-different', n: 3 }],
  ])('%s', (_, categories, y, expected) => {
    expect(categoryEffect(categories, y)).toEqual(expected);
  });
});

it('takes chance off η²: many categories explain much of nothing', () => {
  const result = categoryEffect(['a', 'a', 'b', 'b', 'c', 'c'], [1, 6, 2, 5, 3, 4.5]);
  expect(result).toMatchObject({ epsilonSquared: 0 });
});

it('finds categories that explain everything', () => {
  expect(categoryEffect(['a', 'a', 'b'], [1, 1, 2])).toMatchObject({
    etaSquared: 1,
    epsilonSquared: 1,
    p: 0,
  });
});

describe('quarters of the runs', () => {
  const x = Array.from({ length: 40 }, (_, i) => i);

  it('see a valley that coefficients do not', () => {
    const y = x.map((value) => (value - 19.5) ** 2);
    expect(correlate(x, y)).toMatchObject({ spearman: expect.closeTo(0, 9) });
    const effect = partsEffect(x, y);
    expect(effect?.p).toBeLessThan(1e-6);
    expect(effect?.parts.map(({ from, to, n }) => [from, to, n])).toEqual([
      [0, 9, 10],
      [10, 19, 10],
      [20, 29, 10],
      [30, 39, 10],
    ]);
    expect(effect?.parts[1]?.mean).toBeCloseTo(effect?.parts[2]?.mean ?? 0, 9);
  });

  it('keep equal values together', () => {
    const keys = x.map((value) => [16, 32, 64][value % 3] ?? 0);
    expect(partsEffect(keys, x)?.parts.map(({ from, to }) => [from, to])).toEqual([
      [16, 16],
      [32, 32],
      [64, 64],
    ]);
  });

  it('are not told of few runs or of two values', () => {
    expect(partsEffect(x.slice(0, 19), x)).toBeNull();
    expect(
      partsEffect(
        x.map((value) => value % 2),
        x,
      ),
    ).toBeNull();
  });
});

it('shares ranks between equal values', () => {
  expect(ranks([3, 1, 3, 2, 3])).toEqual([4, 1, 4, 2, 4]);
});

it('Spearman stays when an axis is bent', () => {
  const column = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 3, maxLength: 30 });
  fc.assert(
    fc.property(column, column, (x, y) => {
      const n = Math.min(x.length, y.length);
      const [a, b] = [x.slice(0, n), y.slice(0, n)];
      const straight = correlate(a, b);
      const bent = correlate(
        a.map((value) => value ** 3),
        b,
      );
      if ('reason' in straight || 'reason' in bent) return;
      expect(bent.spearman).toBeCloseTo(straight.spearman, 12);
      expect(straight.pearsonP).toBeGreaterThanOrEqual(0);
      expect(straight.pearsonP).toBeLessThanOrEqual(1);
    }),
  );
});

it('knows the ends of the distributions', () => {
  expect(upperTailOfF(0, 2, 5)).toBe(1);
  expect(upperTailOfF(Number.POSITIVE_INFINITY, 2, 5)).toBe(0);
  expect(upperTailOfF(Number.NaN, 2, 5)).toBeNaN();
  expect(regularisedBeta(0.5, 3, 3)).toBeCloseTo(0.5, 14);
});
