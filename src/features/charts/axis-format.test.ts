import { describe, expect, it } from 'vitest';
import { xTicks, xWords, yTicks } from './axis-format.ts';

const labels = (ticks: ReturnType<typeof xTicks>) => ticks.at.map(ticks.label);

describe('labels of the x axis', () => {
  it.each([
    ['step', [0, 10_000], 'en', ['0', '2,000', '4,000', '6,000', '8,000', '10,000']],
    ['step', [0, 4_000_000], 'en', ['0', '1M', '2M', '3M', '4M']],
    ['step', [3.2, 3.8], 'en', ['3.2', '3.3', '3.4', '3.5', '3.6', '3.7', '3.8']],
    ['epoch', [0, 3], 'en', ['0', '1', '2', '3']],
    ['relative', [0, 7200], 'en', ['0', '30 min', '1 h', '1 h 30 min', '2 h']],
    ['relative', [0, 7200], 'zh', ['0', '30 分', '1 小时', '1 小时 30 分', '2 小时']],
    ['relative', [0, 0.4], 'en', ['0', '100 ms', '200 ms', '300 ms', '400 ms']],
  ] as const)('%s over %j in %s', (axis, domain, language, expected) => {
    expect(labels(xTicks(axis, { domain, size: 400, language }))).toEqual(expected);
  });

  it('of wall time are at round times of the local clock', () => {
    const at = Date.UTC(2026, 2, 5, 12, 7) / 1000;
    const ticks = xTicks('wall', { domain: [at, at + 7200], size: 400, language: 'en' });
    for (const label of labels(ticks)) expect(label).toMatch(/^\d\d:(00|30)$/);
  });
});

describe('labels of the y axis', () => {
  it.each([
    [false, [0, 1], ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [false, [0, 0.0004], ['0', '1e-4', '2e-4', '3e-4', '4e-4']],
    [false, [2.93e-5, 2.95e-5], ['2.93e-5', '2.935e-5', '2.94e-5', '2.945e-5', '2.95e-5']],
    [false, [1e7, 1e7 + 40], ['1e7', '1.000001e7', '1.000002e7', '1.000003e7', '1.000004e7']],
    [false, [0, 25_000], ['0', '5,000', '10,000', '15,000', '20,000', '25,000']],
    [true, [0.001, 10], ['0.001', '0.01', '0.1', '1', '10']],
    [true, [1e-7, 1e-5], ['1e-7', '1e-6', '1e-5']],
  ] as const)('log: %s, over %j', (isLog, domain, expected) => {
    const kind = isLog ? 'log' : 'linear';
    expect(labels(yTicks({ kind }, { domain, size: 170, language: 'en' }))).toEqual(expected);
  });
});

it.each([
  [[-50, 1000], 0.1, ['-10', '-0.1', '0', '0.1', '10', '1,000']],
  [[-0.05, 0.05], 0.1, ['-0.04', '-0.02', '0.00', '0.02', '0.04']],
  [[3, 2000], 1, ['10', '100', '1,000']],
] as const)('symlog: over %j, linear to %d', (domain, threshold, expected) => {
  const ticks = yTicks({ kind: 'symlog', threshold }, { domain, size: 170, language: 'en' });
  expect(labels(ticks)).toEqual(expected);
});

it.each([
  ['step', [1, 100_000], ['1', '10', '100', '1,000', '10,000', '100,000']],
  ['step', [900, 1100], ['900', '950', '1,000', '1,050', '1,100']],
  ['relative', [0.1, 1000], ['100 ms', '1 s', '10 s', '1 min 40 s', '16 min 40 s']],
] as const)('x log: %s over %j', (axis, domain, expected) => {
  expect(labels(xTicks(axis, { domain, size: 480, language: 'en' }, true))).toEqual(expected);
});

it('a place on the axis of steps is a whole step', () =>
  expect(xWords('step', 5251.27, 'en')).toBe('5,251'));
