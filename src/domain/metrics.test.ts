import { expect, it } from 'vitest';
import { activate, largestDifference } from './metrics.ts';

it('brings logits to what the graph gives out', () => {
  const row = Float32Array.of(0, Math.log(3));
  expect(activate(row, { classes: 2, means: 'probabilities', by: 'softmax' })[1]).toBeCloseTo(
    0.75,
    7,
  );
  expect(activate(row, { classes: 2, means: 'log-probabilities', by: 'softmax' })[1]).toBeCloseTo(
    Math.log(0.75),
    7,
  );
  expect(
    activate(Float32Array.of(0, 0), { classes: 2, means: 'probabilities', by: 'sigmoid' }),
  ).toEqual([0.5, 0.5]);
  expect(activate(row, { classes: 2, means: 'logits', by: null })).toEqual([...row]);
});

it('measures differences relative to what is large', () => {
  expect(largestDifference(Float32Array.of(1, 200), Float32Array.of(0.5, 100))).toBe(1);
  expect(largestDifference(Float32Array.of(Number.NaN), Float32Array.of(Number.NaN))).toBe(0);
  expect(largestDifference(Float32Array.of(1), Float32Array.of(Number.NaN))).toBe(
    Number.POSITIVE_INFINITY,
  );
});
