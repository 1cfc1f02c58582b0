import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentiles } from './percentile.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('percentiles', () => {
  // numpy.percentile(values, [2, 50, 98])
  it.each([
    ['a hundred and one', Array.from({ length: 101 }, (_, i) => 100 - i), [2, 50, 98]],
    ['between two values', [1, 2, 4, 8], [1.06, 3, 7.76]],
    ['one value', [7], [7, 7, 7]],
    ['values beside others', [nan, 3, infinity, 1, -infinity, 2], [1.04, 2, 2.96]],
    ['the largest numbers', [-1.7e308, 1.7e308], [-1.632e308, 0, 1.632e308]],
  ])('of %s are as numpy has them', (_, values, expected) => {
    const found = percentiles(Float64Array.from(values), [0.02, 0.5, 0.98]) ?? [];
    for (const [i, one] of found.entries()) {
      expect(one / (expected[i] || 1)).toBeCloseTo(expected[i] === 0 ? 0 : 1, 9);
    }
  });

  it('of nothing finite are none', () =>
    expect(percentiles(Float64Array.from([nan, infinity]), [0.5])).toBeNull());

  it('are those of the sorted values', () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        (values) => {
          const sorted = Float64Array.from(values).sort();
          const rank = Math.floor(sorted.length / 2);
          const part = sorted.length === 1 ? 0 : rank / (sorted.length - 1);
          const [low] = percentiles(Float64Array.from(values), [0]) ?? [];
          const [found] = percentiles(Float64Array.from(values), [part]) ?? [];
          expect(low).toBe(sorted[0]);
          const near = [sorted[rank - 1], sorted[rank], sorted[rank + 1]].filter(
            (one) => one !== undefined,
          );
          expect(found).toBeGreaterThanOrEqual(Math.min(...near));
          expect(found).toBeLessThanOrEqual(Math.max(...near));
        },
      ),
    ));
});
