import { describe, expect, it } from 'vitest';
import { differenceWords, lossWords } from './result-words.ts';
import { layerWords, shapeWords } from './words.ts';

it.each([
  [[null, 1, 8, 8], '? × 1 × 8 × 8'],
  [[], '[]'],
])('the shape %j is written %s', (shape, words) => {
  expect(shapeWords(shape)).toBe(words);
});

it.each([
  ['linear', [[2, 10], [2]], '10 → 2'],
  ['conv', [[8, 1, 3, 3], [8]], '1 → 8, 3 × 3'],
  ['conv', [[8, 4, 5]], '4 → 8, 5'],
  ['batch_norm', [[16], [16], [16], [16]], '16'],
  ['flatten', [], ''],
] as const)('a %s with %j is %s', (kind, shapes, words) => {
  expect(layerWords({ name: 'a', kind, shapes })).toBe(words);
});

describe('a loss', () => {
  it.each([
    [0.134_866_128, '0.134866'],
    [2.052_256_243_4, '2.052256'],
    [0, '0.000000'],
    [1.234_567e-5, '1.235e-5'],
    [12_345_678, '1.235e7'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('of %s is written %s', (loss, words) => {
    expect(lossWords(loss, 'en')).toBe(words);
  });
});

it.each([
  [2.4e-7, '2e-7'],
  [0, '0'],
  [12, '1e1'],
  [Number.POSITIVE_INFINITY, '∞'],
])('a difference of %s is written %s', (difference, words) => {
  expect(differenceWords(difference)).toBe(words);
});
