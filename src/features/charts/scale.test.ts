import { describe, expect, it } from 'vitest';
import { fromPixel, shortRange, toPixel, xExtent, yDomain } from './scale.ts';
import { linearTicks, logTicks, tickDigits, timeTicks, wholeTicks } from './ticks.ts';

const column = (x: readonly number[], y: readonly number[]) => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('a scale', () => {
  it.each([
    [false, [0, 10], 5, 150],
    [true, [0.01, 100], 1, 150],
    [true, [1, 100], 0, nan],
    [true, [1, 100], -3, nan],
  ] as const)('log: %s, %j has %d at %d px', (isLog, domain, value, pixel) => {
    const scale = { domain, pixels: [100, 200], isLog } as const;
    expect(toPixel(scale, value)).toEqual(pixel);
    if (!Number.isNaN(pixel)) expect(fromPixel(scale, pixel)).toBeCloseTo(value);
  });
});

describe('the y axis spans', () => {
  it.each([
    ['values with air', [1, 2], [0.95, 2.05]],
    ['one value', [4], [2, 6]],
    ['zero alone', [0], [-0.5, 0.5]],
    ['nothing finite', [nan, infinity], [0, 1]],
    ['finite values beside others', [nan, 1, infinity, 2], [0.95, 2.05]],
    ['the largest numbers', [-1.7e308, 1.7e308], [-1.7e308, 1.7e308]],
  ])('%s', (_, y, domain) => {
    const x = y.map((_, i) => i);
    const [from, to] = yDomain([column(x, y)], { range: null, isLog: false });
    expect([from, to]).toEqual([expect.closeTo(domain[0] ?? 0), expect.closeTo(domain[1] ?? 0)]);
  });

  it('what is in sight alone', () => {
    const [from, to] = yDomain([column([0, 1, 2], [9, 1, 1])], { range: [1, 2], isLog: false });
    expect([from, to]).toEqual([0.5, 1.5]);
  });

  it('what is above zero, when it is logarithmic', () => {
    const [from, to] = yDomain([column([0, 1, 2], [0, 1, 100])], { range: null, isLog: true });
    expect([from > 0, from < 1, to > 100]).toEqual([true, true, true]);
  });
});

it.each([
  [
    [[3, 1], [2]],
    [1, 3],
  ],
  [[[7]], [6.5, 7.5]],
  [[[nan, 1, 2]], [1, 2]],
  [[[]], null],
])('x of %j spans %j', (columns, extent) => {
  expect(xExtent(columns.map((x) => ({ x: Float64Array.from(x) })))).toEqual(extent);
});

it.each([
  [5.392226148409894, 10.692579505300353, [5.3922, 10.6926]],
  [1763400000.123456, 1763400010.654321, [1763400000.123, 1763400010.654]],
  [12.345678, 98765.4321, [12, 98765]],
])('from %d to %d is short in a URL', (from, to, range) => {
  expect(shortRange(from, to)).toEqual(range);
});

describe('ticks', () => {
  it.each([
    ['round', linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ['exact', linearTicks(0.1, 0.42, 4), [0.1, 0.2, 0.3, 0.4]],
    ['of a narrow span far from zero', linearTicks(1000.1, 1000.3, 2), [1000.1, 1000.2, 1000.3]],
    ['whole', wholeTicks(0, 3, 8), [0, 1, 2, 3]],
    ['of a day', timeTicks([0, 7200], 4, 0), [0, 1800, 3600, 5400, 7200]],
    ['powers of ten', logTicks(0.001, 10, 5), [0.001, 0.01, 0.1, 1, 10]],
    ['of one decade', logTicks(0.9, 12, 5), [1, 2, 5, 10]],
    ['within a decade', logTicks(2, 4, 4), [2, 2.5, 3, 3.5, 4].filter((t) => t % 0.5 === 0)],
    ['of nothing', linearTicks(1, 1, 5), []],
  ])('%s', (_, ticks, expected) => expect(ticks).toEqual(expected));

  it.each([
    [[0, 0.2, 0.4], 1],
    [[0, 500, 1000], 0],
    [[0.95, 1, 1.05], 2],
    [[0, 0.0002], null],
    [[0, 2e6], null],
  ])('%j need %s digits', (ticks, digits) => expect(tickDigits(ticks)).toBe(digits));
});
