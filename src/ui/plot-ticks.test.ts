import { describe, expect, it } from 'vitest';
import { roomyDomain, roundTicks } from './plot-ticks.ts';

describe('ticks', () => {
  it.each([
    [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[0.11, 0.32], 3, [0.2, 0.3]],
    [[12, 96], 4, [50]],
    [[5, 5], 4, [5]],
  ] as const)('between %j, about %d of them, are %j', (domain, count, ticks) => {
    expect(roundTicks(domain, count)).toEqual(ticks);
  });
});

describe('a domain', () => {
  it.each([
    [
      [0, 10],
      [-1, 11],
    ],
    [
      [Number.NaN, 2, Number.POSITIVE_INFINITY, 4],
      [1.8, 4.2],
    ],
    [[3], [2.7, 3.3]],
    [[], [0, 1]],
  ])('holds %j', (values, domain) => {
    const [low, high] = roomyDomain(values, 0.1);
    expect([low, high].map((end) => Number(end.toFixed(6)))).toEqual(domain);
  });
});
