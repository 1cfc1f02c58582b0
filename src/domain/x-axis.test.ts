import { describe, expect, it } from 'vitest';
import type { Series } from './history.ts';
import { axesOf, type EpochMap, epochMap, type RunPlaces, xOf } from './x-axis.ts';

const { NaN: nan } = Number;

function series(
  columns: Partial<Record<'steps' | 'values' | 'epochs' | 'times', number[]>>,
): Series {
  const column = (name: keyof typeof columns) => Float64Array.from(columns[name] ?? []);
  return {
    tag: 'loss',
    steps: column('steps'),
    values: column('values'),
    epochs: column('epochs'),
    times: column('times'),
  };
}

/** What a run tells that knows no more than some epochs. */
const knowing = (epochs: EpochMap | null = null): RunPlaces => ({
  epochs,
  process: () => (time) => time,
});

describe('the axes of a series', () => {
  it.each<[string, Series, string[]]>([
    ['that has steps alone', series({ steps: [1, 2] }), ['step']],
    ['that has epochs', series({ steps: [1, 2], epochs: [0, 0.5] }), ['step', 'epoch']],
    ['whose epochs are all unknown', series({ steps: [1], epochs: [nan] }), ['step']],
    [
      'that has dates',
      series({ steps: [1], times: [1.7e9] }),
      ['step', 'relative', 'wall', 'process'],
    ],
    [
      'that has the time since its start',
      series({ steps: [1], times: [3.2] }),
      ['step', 'relative', 'process'],
    ],
    [
      'whose time starts over',
      series({ steps: [1, 2, 3], times: [3, 6, 2] }),
      ['step', 'relative'],
    ],
  ])('%s', (_, one, axes) => {
    expect(axesOf(one, null)).toEqual(axes);
    for (const axis of ['step', 'epoch', 'relative', 'wall'] as const) {
      expect(xOf(one, axis, knowing()) !== null).toBe(axes.includes(axis));
    }
  });

  it('give seconds since the first that is known', () => {
    const one = series({ steps: [1, 2, 3], times: [nan, 1.7e9, 1.7e9 + 8] });
    expect(xOf(one, 'relative', knowing())).toEqual(Float64Array.of(nan, 0, 8));
    expect(xOf(one, 'wall', knowing())).toEqual(one.times);
  });
});

describe('epochs of a run', () => {
  it('stand in where a series has none', () => {
    const map = epochMap([series({ steps: [10, 20], epochs: [1, 3] })]);
    const other = series({ steps: [0, 10, 15, 20, 99] });
    expect(axesOf(other, map)).toEqual(['step', 'epoch']);
    expect(xOf(other, 'epoch', knowing(map))).toEqual(Float64Array.of(1, 1, 2, 3, 3));
  });

  it('are found where a trainer logs them as a metric', () => {
    const logged = { ...series({ steps: [0, 100], values: [0, 4] }), tag: 'train/epoch' };
    expect(epochMap([logged])?.(25)).toBe(1);
  });

  it('come from the series that knows most of them, and from its last word on each step', () => {
    const restarted = series({ steps: [10, 20, 30, 20, 30], epochs: [1, 2, 3, 4, 5] });
    const map = epochMap([series({ steps: [10, 20], epochs: [7, 7] }), restarted]);
    expect([10, 15, 20, 30].map((step) => map?.(step))).toEqual([1, 2.5, 4, 5]);
  });

  it('are no help where the log counts epochs only', () => {
    expect(
      epochMap([series({ steps: [0, 1], epochs: [0, 1] }), series({ steps: [5] })]),
    ).toBeNull();
  });
});
