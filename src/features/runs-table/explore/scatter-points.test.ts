import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from './axis.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import {
  nearestPoint,
  orderAlong,
  paretoFront,
  runsInBox,
  scatterPoints,
} from './scatter-points.ts';

const LOSS: ExploreColumn = {
  id: 'loss',
  title: 'loss',
  kind: 'number',
  source: 'metric',
  better: 'lower',
};
const ACCURACY: ExploreColumn = { ...LOSS, id: 'accuracy', title: 'accuracy', better: 'higher' };
const LR: ExploreColumn = { ...LOSS, id: 'lr', title: 'lr', better: null };

function rowsOf(pairs: readonly (readonly [Value, Value])[], ids = ['loss', 'accuracy']) {
  return pairs.map(
    (pair, i): ExploreRow => ({
      run: `run${i}`,
      name: `run${i}`,
      mark: { colour: 'var(--run-1)', dash: [] },
      values: new Map(ids.map((id, k) => [id, pair[k] ?? null])),
    }),
  );
}

const runs = (points: readonly { readonly row: ExploreRow }[] | null) =>
  points?.map(({ row }) => row.run);

describe('runs without a place', () => {
  it('are listed by the reason and the axis, and none is dropped', () => {
    const rows = rowsOf([
      [0, 0.5],
      [1, 0.5],
      [-1, Number.NaN],
      [2, Number.NaN],
      [2, null],
      [4, 1],
    ]);
    const { points, leftOut } = scatterPoints(rows, [LOSS, ACCURACY], ['loss']);
    expect(runs(points)).toEqual(['run1', 'run5']);
    expect(leftOut.map(({ column, absence, rows }) => [column.id, absence, rows.length])).toEqual([
      ['loss', 'not-positive', 2],
      ['accuracy', 'not-finite', 1],
      ['accuracy', 'none', 1],
    ]);
  });
});

describe('the Pareto front', () => {
  const rows = rowsOf([
    [0.1, 0.5],
    [0.2, 0.9],
    [0.3, 0.7],
    [0.3, 0.95],
    [0.1, 0.5],
    [0.1, 0.4],
  ]);

  it('holds what no other run beats, equal ones all', () => {
    expect(runs(paretoFront(scatterPoints(rows, [LOSS, ACCURACY], [])))).toEqual([
      'run0',
      'run4',
      'run1',
      'run3',
    ]);
  });

  it('is not told where nobody knows what is better', () => {
    expect(paretoFront(scatterPoints(rows, [LR, ACCURACY], []))).toBeNull();
    expect(paretoFront(scatterPoints(rows, [LOSS, LOSS], []))).toBeNull();
  });

  it('is what comparing every pair finds', () => {
    const value = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), (pairs) => {
        const front = paretoFront(scatterPoints(rowsOf(pairs), [LOSS, ACCURACY], []));
        const expected = pairs.flatMap(([loss, accuracy], i) => {
          const isBeaten = pairs.some(
            ([l, a]) => l <= loss && a >= accuracy && (l < loss || a > accuracy),
          );
          return isBeaten ? [] : [`run${i}`];
        });
        expect(new Set(runs(front))).toEqual(new Set(expected));
      }),
    );
  });
});

describe('a box', () => {
  it('includes the points on its edges', () => {
    const points = scatterPoints(
      rowsOf([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
      [LOSS, ACCURACY],
      [],
    );
    expect(runsInBox(points, { across: [1, 2], up: [2, 1] })).toEqual(new Set(['run0', 'run1']));
  });

  it('takes whole categories', () => {
    const optimizer: ExploreColumn = { ...LR, id: 'optimizer', kind: 'category' };
    const rows = rowsOf(
      [
        ['adam', 1],
        ['sgd', 2],
        ['adamw', 3],
      ],
      ['optimizer', 'loss'],
    );
    const points = scatterPoints(rows, [optimizer, LOSS], []);
    expect(runsInBox(points, { across: ['adam', 'adamw'], up: [0, 9] })).toEqual(
      new Set(['run0', 'run2']),
    );
  });
});

it('finds the nearest point in reach, the last drawn of those at one place', () => {
  const { points } = scatterPoints(
    rowsOf([
      [0, 0],
      [1, 1],
      [1, 1],
    ]),
    [LOSS, ACCURACY],
    [],
  );
  const size = { width: 100, height: 100, reach: 20 };
  expect(nearestPoint(points, { x: 95, y: 2 }, size)?.row.run).toBe('run2');
  expect(nearestPoint(points, { x: 50, y: 50 }, size)).toBeNull();
});

it('goes along an axis from point to point', () => {
  const { points } = scatterPoints(
    rowsOf([
      [3, 1],
      [1, 2],
      [3, 0],
    ]),
    [LOSS, ACCURACY],
    [],
  );
  expect(runs(orderAlong(points, 'x'))).toEqual(['run1', 'run2', 'run0']);
  expect(runs(orderAlong(points, 'y'))).toEqual(['run2', 'run0', 'run1']);
});
