import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Aggregate, aggregate } from './aggregate.ts';
import { student95 } from './student.ts';

type Column = readonly (number | string)[];

interface Case {
  readonly name: string;
  readonly runs: readonly { readonly x: Column; readonly y: Column }[];
  readonly isInterpolated: boolean;
  readonly nonfinite: number;
  readonly aggregate: Record<(typeof COLUMNS)[number], Column>;
}

/** Written by `fixtures/aggregate.py`. */
const numpy: { readonly cases: readonly Case[]; readonly student95: readonly [number, number][] } =
  JSON.parse(readFileSync(new URL('./fixtures/aggregate.json', import.meta.url), 'utf8'));

const COLUMNS = ['x', 'n', 'mean', 'median', 'std', 'sem', 'ci95', 'min', 'max'] as const;

/** `NaN` and infinities are text in JSON. */
const numbers = (column: Column) =>
  Float64Array.from(column, (value) =>
    Number(typeof value === 'string' ? value.replace('inf', 'Infinity') : value),
  );

const runOf = (points: readonly (readonly [number, number])[]) => ({
  x: Float64Array.from(points, ([x]) => x),
  y: Float64Array.from(points, ([, y]) => y),
});

const rows = ({ x, n, mean }: Aggregate) => Array.from(x, (at, i) => [at, n[i], mean[i]]);

describe('an aggregate', () => {
  it.each(numpy.cases)('is what numpy makes of it: $name', (given) => {
    const found = aggregate(given.runs.map(({ x, y }) => ({ x: numbers(x), y: numbers(y) })));
    for (const name of COLUMNS) {
      const [column, wanted] = [found[name], numbers(given.aggregate[name])];
      expect(column.length, name).toBe(wanted.length);
      for (const [i, value] of wanted.entries()) {
        const tolerance = 1e-12 * Math.max(1, Math.abs(value));
        if (Number.isNaN(value)) expect(column[i], `${name} ${i}`).toBeNaN();
        else
          expect(Math.abs((column[i] as number) - value), `${name} ${i}`).toBeLessThan(tolerance);
      }
    }
    expect(found.isInterpolated).toBe(given.isInterpolated);
    expect(found.nonfinite).toBe(given.nonfinite);
    expect(found.isSample).toBe(false);
  });

  it('takes points in any order, the last of those at one place, and none without a place', () => {
    const shuffled = runOf([
      [3, 30],
      [1, 5],
      [Number.NaN, 99],
      [2, 20],
      [1, 10],
      [Number.POSITIVE_INFINITY, 99],
    ]);
    expect(rows(aggregate([shuffled]))).toEqual([
      [1, 1, 10],
      [2, 1, 20],
      [3, 1, 30],
    ]);
  });

  it('never goes on before the first or after the last point of a run', () => {
    const short = runOf([
      [2, 1],
      [4, 1],
    ]);
    const long = runOf([
      [0, 3],
      [3, 3],
      [9, 3],
    ]);
    expect(rows(aggregate([short, long]))).toEqual([
      [0, 1, 3],
      [2, 2, 2],
      [3, 2, 2],
      [4, 2, 2],
      [9, 1, 3],
    ]);
  });

  it('bridges no gap, and says where nothing counts', () => {
    const broken = runOf([
      [0, 1],
      [1, Number.NaN],
      [2, 1],
    ]);
    const other = runOf([
      [0.5, 3],
      [1.5, 3],
    ]);
    const found = aggregate([broken, other]);
    expect(rows(found)).toEqual([
      [0, 1, 1],
      [0.5, 1, 3],
      [1, 1, 3],
      [1.5, 1, 3],
      [2, 1, 1],
    ]);
    expect(found.nonfinite).toBe(1);
    expect(aggregate([broken]).n).toEqual(Float64Array.of(1, 0, 1));
    expect(aggregate([broken]).mean[1]).toBeNaN();
  });

  it('does not count a value that was logged anew', () => {
    const again = runOf([
      [0, Number.NaN],
      [0, 2],
    ]);
    expect(aggregate([again])).toMatchObject({ nonfinite: 0, mean: Float64Array.of(2) });
  });

  it('gives what is in a range, with the neighbour at each side', () => {
    const line = runOf(Array.from({ length: 10 }, (_, i) => [i, i] as const));
    const places = (range: readonly [number, number]) => [...aggregate([line], { range }).x];
    expect(places([3, 5])).toEqual([2, 3, 4, 5, 6]);
    expect(places([3.2, 3.4])).toEqual([3, 4]);
    expect(places([-5, 0])).toEqual([0, 1]);
    expect(places([20, 30])).toEqual([9]);
  });

  it('of nothing is empty', () => {
    expect(aggregate([]).x).toHaveLength(0);
    expect(aggregate([runOf([])]).x).toHaveLength(0);
  });

  it('of more places than can be reckoned is a sample, and says so', () => {
    const { x, isSample } = aggregate(
      Array.from({ length: 300 }, (_, run) => ({
        x: Float64Array.from({ length: 140 }, (_, i) => i + run / 300),
        y: new Float64Array(140),
      })),
    );
    expect(isSample).toBe(true);
    expect([x[0], x.at(-1)]).toEqual([0, 139 + 299 / 300]);
  });
});

describe("Student's t", () => {
  it.each(numpy.student95)('with %i degrees of freedom is that of scipy', (freedom, quantile) => {
    expect(Math.abs(student95(freedom) - quantile)).toBeLessThan(1e-9);
  });

  it('has no quantile without any', () => {
    expect(student95(0)).toBeNaN();
  });
});
