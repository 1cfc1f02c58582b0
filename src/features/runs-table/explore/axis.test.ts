import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from './axis.ts';
import { absenceOn, createAxis, endsAt, isWithin, placeOn, spanOf, valueAt } from './axis.ts';
import { linearTicks, logTicks } from './axis-ticks.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';

const column = (kind: ExploreColumn['kind']): ExploreColumn => {
  return { id: 'c', title: 'c', kind, source: 'other', better: null };
};

const rowsOf = (values: readonly Value[]): ExploreRow[] =>
  values.map((value, i) => ({
    run: `run${i}`,
    name: `run${i}`,
    mark: { colour: 'var(--run-1)', dash: [] },
    values: new Map([['c', value]]),
  }));

const numberAxis = (values: readonly Value[], isLog = false, air = 0) =>
  createAxis(column('number'), rowsOf(values), { isLog, air });

const categoryAxis = (values: readonly Value[]) =>
  createAxis(column('category'), rowsOf(values), { isLog: false, air: 0 });

describe('a linear axis', () => {
  const axis = numberAxis([0, 10, Number.NaN, null, Number.POSITIVE_INFINITY]);

  it('spans the finite values', () => {
    expect([0, 5, 10].map((value) => placeOn(axis, value))).toEqual([0, 0.5, 1]);
  });

  it.each([
    [null, 'none'],
    ['text', 'none'],
    [Number.NaN, 'not-finite'],
    [Number.NEGATIVE_INFINITY, 'not-finite'],
    [-1, null],
  ] as const)('has for %s the absence %s', (value, expected) => {
    expect(absenceOn(axis, value)).toBe(expected);
    if (expected) expect(placeOn(axis, value)).toBeNaN();
  });

  it('has room for a single value, and spans the largest doubles', () => {
    expect(placeOn(numberAxis([4]), 4)).toBe(0.5);
    expect(placeOn(numberAxis([0]), 0)).toBe(0.5);
    const wide = numberAxis([-Number.MAX_VALUE, Number.MAX_VALUE], false, 0.05);
    expect(placeOn(wide, 0)).toBe(0.5);
    expect(valueAt(wide, 1)).toBe(Number.MAX_VALUE);
  });

  it('stands from 0 to 1 when there is no value', () => {
    expect(numberAxis([])).toMatchObject({ domain: [0, 1] });
  });
});

describe('a log axis', () => {
  const axis = numberAxis([1e-4, 1, 0, -3], true);

  it('puts equal ratios equally far apart', () => {
    expect(placeOn(axis, 1e-2)).toBeCloseTo(0.5);
    expect(valueAt(axis, 0.5)).toBeCloseTo(1e-2);
  });

  it('has no place for what is not above zero', () => {
    expect(absenceOn(axis, 0)).toBe('not-positive');
    expect(placeOn(axis, -3)).toBeNaN();
  });
});

describe('an axis of categories', () => {
  const axis = categoryAxis(['sgd', 'adam', null, 'layer10', 'layer2']);

  it('spaces them evenly, numbers in names by size', () => {
    const names = ['adam', 'layer2', 'layer10', 'sgd'];
    expect(names.map((name) => placeOn(axis, name))).toEqual([0.125, 0.375, 0.625, 0.875]);
    expect(absenceOn(axis, null)).toBe('none');
  });

  it('gives the category around a place', () => {
    expect([0, 0.3, 1].map((place) => valueAt(axis, place))).toEqual(['adam', 'layer2', 'sgd']);
  });
});

describe('ends of a brush', () => {
  it('include the values they are drawn at', () => {
    const axis = numberAxis([0, 10]);
    expect(isWithin(axis, 2, [2, 4])).toBe(true);
    expect(isWithin(axis, 4, [4, 2])).toBe(true);
    expect(isWithin(axis, 4.1, [2, 4])).toBe(false);
    expect(isWithin(axis, null, [2, 4])).toBe(false);
    expect(isWithin(axis, Number.NaN, [2, 4])).toBe(false);
    expect(spanOf(axis, [2, 4])).toEqual([0.2, 0.4]);
  });

  it('are cut where they are out of sight', () => {
    expect(spanOf(numberAxis([0, 10]), [-5, 5])).toEqual([0, 0.5]);
    expect(spanOf(numberAxis([0, 10]), [20, 30])).toBeNull();
    expect(spanOf(numberAxis([1, 100], true), [0, 10])).toEqual([0, 0.5]);
  });

  it('take whole categories, and none that is not there any more', () => {
    const axis = categoryAxis(['a', 'b', 'c', 'd']);
    expect(spanOf(axis, ['b', 'c'])).toEqual([0.25, 0.75]);
    expect(isWithin(axis, 'c', ['b', 'c'])).toBe(true);
    expect(isWithin(axis, 'd', ['b', 'c'])).toBe(false);
    expect(spanOf(axis, ['b', 'z'])).toBeNull();
    expect(isWithin(axis, 'b', ['b', 'z'])).toBe(false);
    expect(endsAt(axis, 0.9, 0.3)).toEqual(['b', 'd']);
  });

  it('are written with few digits, off by less than a pixel', () => {
    expect(endsAt(numberAxis([0, 3]), 1 / 3, 2 / 3)).toEqual([1, 2]);
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(number, number, place, (a, b, at) => {
        fc.pre(Math.abs(a - b) > 1e-3);
        const axis = numberAxis([a, b]);
        const ends = endsAt(axis, at, 1);
        expect(Math.abs(placeOn(axis, ends?.[0] ?? null) - at)).toBeLessThan(1e-4);
      }),
    );
  });
});

describe('ticks', () => {
  it.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-0.3, 0.3, 3, [-0.2, 0, 0.2]],
    [95, 1020, 4, [500, 1000]],
  ])('from %d to %d are round', (from, to, count, expected) => {
    expect(linearTicks(from, to, count)).toEqual(expected);
  });

  it.each([
    [1e-5, 1, 6, [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]],
    [0.001, 0.05, 6, [0.001, 0.002, 0.005, 0.01, 0.02, 0.05]],
    [2, 9, 4, [2, 4, 6, 8]],
  ])('from %d to %d on a log axis are powers of ten first', (from, to, count, expected) => {
    expect(logTicks(from, to, count)).toEqual(expected);
  });

  it('are never many, and within their range', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(linearTicks(from, to, 6).length).toBeLessThan(20);
        if (from > 0) expect(logTicks(from, to, 6).length).toBeLessThan(30);
      }),
    );
  });
});
