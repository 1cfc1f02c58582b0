import { describe, expect, it } from 'vitest';
import type { Line } from '#workers/api.ts';
import { drawnLines, readingsAt, sortReadings } from './drawn-lines.ts';
import { placedMarks, spacedMarks } from './placed-marks.ts';
import { geometry } from './plot-geometry.ts';

interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly smooth?: readonly number[];
  readonly marks?: Line['marks'];
}

function line(run: string, { x, y, smooth = [], marks = [] }: Points): Line {
  return {
    run,
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    steps: Float64Array.from(x, (at) => at * 100),
    smoothX: Float64Array.from(smooth, (_, i) => x[i] ?? 0),
    smoothY: Float64Array.from(smooth),
    ghostX: new Float64Array(),
    ghostY: new Float64Array(),
    robust: null,
    total: x.length,
    nonpositive: 0,
    marks,
  };
}

const mark = { colour: 'var(--run-1)', dash: [] };
const naming = {
  names: new Map([['long/a', 'a']]),
  marks: new Map(['long/a', 'b', 'c'].map((run) => [run, mark])),
};

describe('a read-out', () => {
  const lines = drawnLines(
    [
      line('long/a', { x: [0, 10, 20], y: [3, 2, 1] }),
      line('b', { x: [0, 7], y: [5, 4] }),
      line('c', { x: [0, 12], y: [9, Number.NaN] }),
      line('gone', { x: [0], y: [0] }),
    ],
    naming,
  );
  const values = (x: number | null) =>
    readingsAt(lines, x).map(({ line, step, value }) => [line.name, step, value]);

  it('has the nearest real point of every run', () =>
    expect(values(9)).toEqual([
      ['a', 1000, 2],
      ['b', 700, 4],
      ['c', 1200, Number.NaN],
    ]));

  it('has the last points when nothing is pointed at', () =>
    expect(values(null)).toEqual([
      ['a', 2000, 1],
      ['b', 700, 4],
      ['c', 1200, Number.NaN],
    ]));

  it.each([
    [true, ['a', 'b', 'c']],
    [false, ['b', 'a', 'c']],
  ])('stands best first (lower is better: %s), what is not finite last', (isLower, names) => {
    const sorted = sortReadings(readingsAt(lines, 9), isLower);
    expect(sorted.map(({ line }) => line.name)).toEqual(names);
  });

  it('sorts by the smoothed values where there are some', () => {
    const smoothed = drawnLines(
      [
        line('b', { x: [0, 1], y: [1, 1], smooth: [1, 5] }),
        line('c', { x: [0, 1], y: [2, 2], smooth: [2, 3] }),
      ],
      naming,
    );
    const sorted = sortReadings(readingsAt(smoothed, 1), true);
    expect(sorted.map(({ line, value, smoothed }) => [line.run, value, smoothed])).toEqual([
      ['c', 2, 3],
      ['b', 1, 5],
    ]);
  });
});

describe('checkpoints on a curve', () => {
  const at = (checkpoint: string, x: number, y: number | null) => ({
    checkpoint,
    step: x,
    epoch: null,
    x,
    y,
  });
  const lines = drawnLines(
    [
      line('b', {
        x: [0, 10],
        y: [0, 1],
        marks: [
          at('b/10.pth', 10, 1),
          at('b/5.pth', 5, 0.5),
          at('b/nan.pth', 7, Number.NaN),
          at('b/none.pth', 8, null),
          at('b/later.pth', 99, 1),
        ],
      }),
    ],
    naming,
  );
  const place = geometry(lines, {
    width: 400,
    height: 200,
    axis: 'step',
    range: [0, 10],
    y: 'linear',
    language: 'en',
  });
  if (!place) throw new TypeError('there are points');
  const marks = placedMarks(
    lines,
    place,
    new Map([['b/5.pth', { verdict: 'sound', defects: [], verifiable: true }]]),
  );

  it('go from left to right, those out of sight left out', () =>
    expect(marks.map(({ name }) => name)).toEqual(['5.pth', 'nan.pth', 'none.pth', '10.pth']));

  it('stand at the foot where they have no value', () =>
    expect(marks.map(({ top }) => top === 200 - 24)).toEqual([false, true, true, false]));

  it('are all drawn while they are few', () => expect(spacedMarks(marks)).toHaveLength(4));

  it('that lie on each other are drawn once when they are many, the bad ones too', () => {
    const [first] = marks;
    if (!first) throw new TypeError('there are marks');
    const crowd = Array.from({ length: 1000 }, (_, i) => ({ ...first, left: i / 10 }));
    const bad = { ...first, left: 50, verdict: 'corrupt' } as const;
    const spaced = spacedMarks([...crowd, bad]);
    expect(spaced.length).toBeLessThan(20);
    expect(spaced).toContain(bad);
  });

  it('have their verdict', () =>
    expect(marks.map(({ verdict }) => verdict)).toEqual([
      'sound',
      'unverified',
      'unverified',
      'unverified',
    ]));
});

it('without points there is nothing to place', () => {
  const request = { width: 400, height: 200, axis: 'step', range: null, y: 'linear' } as const;
  expect(geometry([], { ...request, language: 'en' })).toBeNull();
});
