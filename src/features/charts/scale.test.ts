import { describe, expect, it } from 'vitest';
import { xExtent, type YRequest, yExtent } from './extent.ts';
import { fromPixel, shortRange, toPixel } from './scale.ts';
import { panned, zoomed } from './sight-moves.ts';
import { linearTicks, logTicks, tickDigits, timeTicks, wholeTicks } from './ticks.ts';

const column = (x: readonly number[], y: readonly number[]) => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const close = (ends: readonly number[]) =>
  ends.map((end) => (Number.isNaN(end) ? end : expect.closeTo(end)));

describe('a scale', () => {
  it.each([
    ['linear', [0, 10], 5, 150],
    ['log', [0.01, 100], 1, 150],
    ['log', [1, 100], 0, nan],
    ['log', [1, 100], -3, nan],
    ['symlog', [-100, 100], 0, 150],
    ['symlog', [-100, 100], 0.5, 150 + 50 / 6],
    ['symlog', [-100, 100], 10, 150 + 100 / 3],
    ['symlog', [-100, 100], -100, 100],
    ['linear', [-1.7e308, 1.7e308], 0, 150],
  ] as const)('%s, %j has %d at %d px', (kind, domain, value, pixel) => {
    const scale = { domain, pixels: [100, 200], kind, threshold: 1 } as const;
    expect([toPixel(scale, value)]).toEqual(close([pixel]));
    if (!Number.isNaN(pixel) && domain[1] < 1e300) {
      expect(fromPixel(scale, pixel)).toBeCloseTo(value);
    }
  });
});

const span = (y: readonly number[], request: Partial<YRequest> = {}) =>
  yExtent(
    [
      column(
        y.map((_, i) => i),
        y,
      ),
    ],
    { kind: 'linear', range: null, ...request },
  );

describe('the y axis spans', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['values with air', [1, 2], [0.95, 2.05]],
    ['one value', [4], [2, 6]],
    ['zero alone', [0], [-0.5, 0.5]],
    ['nothing finite', [nan, infinity], [0, 1]],
    ['finite values beside others', [nan, 1, infinity, 2], [0.95, 2.05]],
    ['the largest numbers', [-1.7e308, 1.7e308], [-1.7e308, 1.7e308]],
  ])('%s', (_, y, domain) => expect(span(y).domain).toEqual(close(domain)));

  it('what is in sight alone', () =>
    expect(span([9, 1, 1], { range: [1, 2] }).domain).toEqual([0.5, 1.5]));

  it('what is above zero, when it is logarithmic', () => {
    const [from, to] = span([0, 1, 100], { kind: 'log' }).domain;
    expect([from > 0, from < 1, to > 100]).toEqual([true, true, true]);
  });

  it.each<[string, Partial<YRequest>, readonly number[]]>([
    ['both ends', { low: 0, high: 3 }, [0, 3]],
    ['the lower end', { low: 1 }, [1, 10.45]],
    ['the upper end', { high: 5 }, [0.55, 5]],
    ['a lower end beyond all values', { low: 20 }, [20, 21]],
    ['an upper end below all values', { high: -20 }, [-21, -20]],
    ['an end without a place', { kind: 'log', low: 0, high: 100 }, [0.891_250_9, 100]],
    ['what most values need', { robust: [[2, 4]] }, [1.9, 4.1]],
    ['what most need, with a fixed end', { robust: [[2, 4]], low: 0 }, [0, 4.1]],
  ])('as fixed: %s', (_, request, domain) =>
    expect(span([1, 10], request).domain).toEqual(close(domain)),
  );

  it.each([
    [[-1000, -1, 0, 0.5, 2, 900], 0.1],
    [[1e-9, ...Array.from({ length: 50 }, (_, i) => i + 10)], 10],
    [[1e-12, 1e6], 10],
    [[0, 0], 1],
  ])('symlog: of %j the linear part ends at %d', (y, threshold) =>
    expect(span(y, { kind: 'symlog' }).threshold).toBeCloseTo(threshold),
  );
});

describe('the sight', () => {
  const scale = { domain: [20, 40], kind: 'linear' } as const;
  const log = { domain: [10, 1000], kind: 'log' } as const;
  it('pans, and stops where nothing is left', () => {
    expect(panned(scale, 0.25, null)).toEqual([25, 45]);
    expect(panned(scale, 0.5, [0, 45])).toEqual([25, 45]);
    expect(panned(scale, -5, [0, 45])).toEqual([0, 20]);
    expect(panned(scale, 1, [0, 40])).toEqual([20, 40]);
    expect(panned(log, 0.5, null)).toEqual(close([100, 10_000]));
  });

  it('zooms around a place, out to everything', () => {
    expect(zoomed(scale, { at: 25, factor: 0.5 }, null)).toEqual([22.5, 32.5]);
    expect(zoomed(scale, { at: 30, factor: 1.5 }, [20, 100])).toEqual([20, 50]);
    expect(zoomed(scale, { at: 30, factor: 10 }, [0, 100])).toBeNull();
    expect(zoomed(log, { at: 100, factor: 0.5 }, null)).toEqual(close([31.6228, 316.2278]));
    const deep = { domain: [1, 1 + 1e-12], kind: 'linear' } as const;
    expect(zoomed(deep, { at: 1, factor: 0.1 }, null)).toBe(deep.domain);
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
  [0.01234, 1e6, [0.01234, 1_000_000]],
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
