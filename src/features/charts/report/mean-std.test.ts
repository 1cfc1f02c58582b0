import { describe, expect, it } from 'vitest';
import { meanStd } from './mean-std.ts';

describe('mean and standard deviation', () => {
  // numpy.mean and numpy.std(ddof=1) of the same values.
  it.each([
    [[1, 2, 3, 4], { n: 4, mean: 2.5, std: 1.2909944487358056 }],
    [[1e9 + 1, 1e9 + 2, 1e9 + 3], { n: 3, mean: 1e9 + 2, std: 1 }],
    [[1, Number.NaN, 3, Number.POSITIVE_INFINITY], { n: 2, mean: 2, std: Math.SQRT2 }],
    [[5], { n: 1, mean: 5, std: Number.NaN }],
    [[Number.NaN], { n: 0, mean: Number.NaN, std: Number.NaN }],
  ])('of %j', (values, expected) => expect(meanStd(values)).toEqual(expected));
});
