import { describe, expect, it } from 'vitest';
import { grouping } from '#domain/run-groups.ts';
import { runMarks } from '#ui/run-marks.ts';
import type { Band } from '#workers/api.ts';
import { areaPath } from './band-area.ts';
import {
  bandReadings,
  bandsKey,
  drawnBands,
  edgesOf,
  sortBandReadings,
  spreadText,
} from './bands.ts';
import type { ChartGroups } from './chart-groups.ts';
import type { LinesKey } from './queries.ts';

const { groups, leftOut } = grouping(
  [
    { run: 'a0', configuration: { lr: 0.001, seed: 0 } },
    { run: 'a1', configuration: { lr: 0.001, seed: 1 } },
    { run: 'b0', configuration: { lr: 0.1, seed: 0 } },
  ],
  { kind: 'no-seed' },
);
const marks = runMarks(groups.map(({ id }) => id));
const charted: ChartGroups = {
  leftOut,
  groups: groups.flatMap((group) => {
    const mark = marks.get(group.id);
    return mark ? [{ ...group, mark, name: group.label }] : [];
  }),
};
const [first = '', second = ''] = groups.map(({ id }) => id);

const bandOf = (group: string, part: Partial<Band> = {}): Band => ({
  group,
  x: Float64Array.of(0, 10, 20),
  centre: Float64Array.of(3, 2, 1),
  low: Float64Array.of(2.5, Number.NaN, 0.5),
  high: Float64Array.of(3.5, Number.NaN, 1.5),
  n: Float64Array.of(2, 1, 2),
  robust: null,
  span: [0, 20],
  runs: 2,
  nonfinite: 0,
  isInterpolated: false,
  isSample: false,
  ...part,
});

const key: LinesKey = {
  directory: 'd',
  count: 3,
  request: {
    tag: 'loss',
    runs: ['a0', 'b0'],
    axis: 'step',
    range: null,
    width: 100,
    smoothing: { kind: 'none', amount: 0 },
    logX: false,
    y: 'linear',
  },
};

describe('groups of a metric', () => {
  it('are asked for with the runs that have it, and not at all without any', () => {
    const asked = (runs: readonly string[]) =>
      bandsKey({ ...key, request: { ...key.request, runs } }, charted, {
        centre: 'mean',
        spread: 'std',
      }).request.groups;
    expect(asked(['a0', 'b0'])).toEqual([
      { id: first, runs: ['a0'] },
      { id: second, runs: ['b0'] },
    ]);
    expect(asked(['b0'])).toEqual([{ id: second, runs: ['b0'] }]);
  });

  it('are read at their point nearest to the cursor, with n, and at their end without it', () => {
    const bands = drawnBands([bandOf(first)], charted);
    expect(bandReadings(bands, 4)).toMatchObject([{ x: 0, centre: 3, low: 2.5, high: 3.5, n: 2 }]);
    expect(bandReadings(bands, 12)).toMatchObject([{ x: 10, centre: 2, n: 1 }]);
    expect(bandReadings(bands, null)).toMatchObject([{ x: 20, centre: 1, n: 2 }]);
  });

  it('are sorted by what is better, and those in which nothing counts come last', () => {
    const nothing = bandOf(second, { centre: Float64Array.of(3, 2, Number.NaN) });
    const bands = drawnBands([nothing, bandOf(first)], charted);
    for (const isLowerBetter of [true, false]) {
      const sorted = sortBandReadings(bandReadings(bands, null), isLowerBetter);
      expect(sorted.map(({ group }) => group.id)).toEqual([first, second]);
    }
  });

  it('need room for their edges', () => {
    const bands = drawnBands([bandOf(first)], charted);
    expect(edgesOf(bands).map(({ y }) => [...y])).toEqual([
      [2.5, Number.NaN, 0.5],
      [3.5, Number.NaN, 1.5],
    ]);
  });
});

describe('a spread is written', () => {
  const reading = { centre: 2, low: 1.5, high: 2.5 };
  it.each([
    ['mean', 'std', '2 ± 0.5'],
    ['mean', 'sem', '2 ± 0.5'],
    ['mean', 'ci95', '2 (1.5 – 2.5)'],
    ['mean', 'range', '2 (1.5 – 2.5)'],
    ['median', 'std', '2 (1.5 – 2.5)'],
  ] as const)('%s, %s: %s', (centre, spread, text) => {
    expect(spreadText(reading, { centre, spread }, String)).toBe(text);
  });

  it('as the centre alone where one run has none', () => {
    const alone = { centre: 2, low: Number.NaN, high: Number.NaN };
    expect(spreadText(alone, { centre: 'mean', spread: 'std' }, String)).toBe('2');
  });
});

describe('an area', () => {
  const x = { domain: [0, 20], pixels: [0, 20], kind: 'linear' } as const;
  const y = { domain: [0, 10], pixels: [10, 0], kind: 'linear' } as const;
  const area = (low: readonly number[], high: readonly number[], scale: Scale = y) => {
    const columns = { low: Float64Array.from(low), high: Float64Array.from(high) };
    return areaPath({ x: Float64Array.of(0, 10, 20), ...columns }, { x, y: scale });
  };
  type Scale = Parameters<typeof areaPath>[1]['y'];

  it('goes along its upper edge and back along the lower', () => {
    expect(area([1, 2, 3], [5, 6, 7])).toBe('M0 5L10 4L20 3L20 7L10 8L0 9');
  });

  it('has a gap where there is no spread, and a place alone is wide enough to be seen', () => {
    expect(area([1, Number.NaN, 3], [5, Number.NaN, 7])).toBe(
      'M-1.5 5L1.5 5L1.5 9L-1.5 9M18.5 3L21.5 3L21.5 7L18.5 7',
    );
  });

  it('is cut at the foot of a logarithmic axis where it goes below zero', () => {
    const log: Scale = { domain: [0.1, 10], pixels: [10, 0], kind: 'log' };
    expect(area([-1, 1, 1], [1, 10, 10], log)).toBe('M0 5L10 0L20 0L20 5L10 5L0 10');
  });
});
