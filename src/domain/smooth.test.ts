import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smooth } from './smooth.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const ema = (amount: number, ...values: number[]) => [
  ...smooth(Float64Array.from(values), { kind: 'ema', amount }),
];
const mean = (amount: number, ...values: number[]) => [
  ...smooth(Float64Array.from(values), { kind: 'mean', amount }),
];

describe('the exponential mean', () => {
  it.each<[string, number[], number, number[]]>([
    ['weighs the newest by what the weight leaves', [1, 2, 4], 0.5, [1, 5 / 3, 3]],
    ['begins at the first value, whatever the weight', [8, 0], 0.9, [8, 0.72 / 0.19]],
    // By hand: 0.1·10 / 0.1; (0.9·1 + 0.1·20) / 0.19; (0.9·2.9 + 0.1·30) / 0.271
    ['leaves out what it began without', [10, 20, 30], 0.9, [10, 2.9 / 0.19, 5.61 / 0.271]],
  ])('%s', (_, values, amount, expected) => {
    for (const [i, value] of ema(amount, ...values).entries()) {
      expect(value).toBeCloseTo(expected[i] ?? nan, 12);
    }
  });

  it('steps over what is not finite, and leaves a gap there', () => {
    expect(ema(0.5, 1, nan, 2, infinity, 4)).toEqual([1, nan, 5 / 3, nan, 3]);
  });

  it('goes on from a first value that is missing', () => {
    expect(ema(0.5, nan, 3, 5)).toEqual([nan, 3, 13 / 3]);
  });
});

describe('the centred mean', () => {
  it.each<[string, number[], number, number[]]>([
    // A half reaches 0.5 / 0.5 = 1 point to either side.
    ['takes both neighbours', [1, 2, 6, 3], 0.5, [1.5, 3, 11 / 3, 4.5]],
    ['reaches two points far at two thirds', [0, 0, 5, 0, 0], 2 / 3, [5 / 3, 1.25, 1, 1.25, 5 / 3]],
    ['is that of all where it reaches past both ends', [1, 2, 3], 0.99, [2, 2, 2]],
  ])('%s', (_, values, amount, expected) => {
    for (const [i, value] of mean(amount, ...values).entries()) {
      expect(value).toBeCloseTo(expected[i] ?? nan, 12);
    }
  });

  it('steps over what is not finite, and leaves a gap there', () => {
    expect(mean(0.5, 1, nan, 6, 3, infinity)).toEqual([1, nan, 4.5, 4.5, nan]);
  });

  it('of small values is not spoilt by a huge one that has passed', () => {
    const values = Array.from({ length: 40 }, (_, i) => (i === 5 ? 1e30 : 0.25 + (i % 2) / 2));
    expect(mean(0.5, ...values).slice(7)).toEqual(
      values.slice(7).map((_, i) => {
        const window = values.slice(i + 6, i + 9);
        return window.reduce((sum, value) => sum + value, 0) / window.length;
      }),
    );
  });

  it('is the mean of what its window holds, wherever it stands', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -99, max: 99 }), fc.constantFrom(nan, -infinity))),
        fc.integer({ min: 1, max: 12 }),
        (values, half) => {
          fc.pre(values.some((value) => value !== values[0]));
          const smoothed = mean(half / (half + 1), ...values);
          for (const [i, value] of smoothed.entries()) {
            const window = values
              .slice(Math.max(0, i - half), i + half + 1)
              .filter(Number.isFinite);
            const sum = window.reduce((total, one) => total + one, 0);
            expect(value).toEqual(Number.isFinite(values[i]) ? sum / window.length : nan);
          }
        },
      ),
    ));
});

describe('no smoothing', () => {
  const values = Float64Array.of(3, 1, nan, 2);

  it.each([
    ['is asked for', { kind: 'none', amount: 0.9 }],
    ['is an exponential mean of weight 0', { kind: 'ema', amount: 0 }],
    ['is a centred mean of weight 0', { kind: 'mean', amount: 0 }],
  ] as const)('%s', (_, smoothing) => {
    expect(smooth(values, smoothing)).toEqual(values);
  });

  it('touches a constant series, which rounding would let tremble', () => {
    const constant = new Float64Array(1000).fill(0.1);
    expect(smooth(constant, { kind: 'ema', amount: 0.97 })).toEqual(constant);
    expect(smooth(constant, { kind: 'mean', amount: 0.97 })).toEqual(constant);
  });

  it('is needed by nothing', () => {
    expect(ema(0.5)).toEqual([]);
    expect(mean(0.5)).toEqual([]);
  });
});
