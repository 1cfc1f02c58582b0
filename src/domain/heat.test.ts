import { expect, it } from 'vitest';
import { heatLimit, heatOf } from './heat.ts';
import { Moments } from './statistics.ts';

function limitOf(values: readonly number[]): number {
  const moments = new Moments();
  moments.add(Float64Array.from(values));
  return heatLimit(moments.statistics(null));
}

it.each([
  ['the furthest value', [-2, 1], 2],
  ['nothing, when all are 0', [0, 0], 0],
  ['nothing, when none is finite', [Number.NaN, Number.POSITIVE_INFINITY], 0],
  ['three times the root mean square, when one is far off', [...Array(99).fill(0), 100], 30],
])('a scale ends at %s', (_, values, limit) => {
  expect(limitOf(values)).toBeCloseTo(limit, 9);
});

it.each([
  [1, 2, 0.5],
  [-5, 2, -1],
  [Number.NaN, 2, 0],
  [Number.NEGATIVE_INFINITY, 2, 0],
  [3, 0, 0],
])('%d on a scale to %d is %d', (value, limit, heat) => {
  expect(heatOf(value, limit)).toBe(heat);
});
