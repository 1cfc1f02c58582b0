import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryChunk, Series } from './history.ts';
import { joinChunks, joinSeries, sparkline, stepFinder, summarize } from './series.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

function series(tag: string, points: readonly (readonly [number, number])[]): Series {
  return {
    tag,
    steps: Float64Array.from(points, ([step]) => step),
    values: Float64Array.from(points, ([, value]) => value),
    epochs: new Float64Array(),
    times: new Float64Array(),
  };
}

const chunk = (all: readonly Series[], restart?: number): HistoryChunk => ({
  series: all,
  end: 0,
  defects: [],
  unit: 'step',
  restart,
});

describe('chunks', () => {
  const chunks = [
    chunk([
      series('loss', [
        [0, 9],
        [1, 8],
        [2, 7],
      ]),
      series('lr', [[0, 0.1]]),
    ]),
    chunk(
      [
        series('loss', [
          [1, 80],
          [2, 70],
        ]),
      ],
      1,
    ),
    chunk([series('acc', [[2, 0.5]])]),
  ];

  it('become one series for each tag, with all their points in order', () => {
    expect(joinChunks(chunks)).toEqual([
      series('loss', [
        [0, 9],
        [1, 8],
        [2, 7],
        [1, 80],
        [2, 70],
      ]),
      series('lr', [[0, 0.1]]),
      series('acc', [[2, 0.5]]),
    ]);
  });

  it('can be joined without what a restart superseded', () => {
    expect(joinChunks(chunks, { dropSuperseded: true })).toEqual([
      series('loss', [
        [0, 9],
        [1, 80],
        [2, 70],
      ]),
      series('lr', [[0, 0.1]]),
      series('acc', [[2, 0.5]]),
    ]);
  });

  it('of nothing are nothing', () => {
    expect(joinChunks([])).toEqual([]);
    expect(joinSeries('loss', [])).toEqual(series('loss', []));
  });

  it('that know no times are filled up where others do', () => {
    const timed = { ...series('loss', [[3, 1]]), times: Float64Array.of(1.7e9) };
    const joined = joinSeries('loss', [
      series('loss', [
        [1, 2],
        [2, 2],
      ]),
      timed,
    ]);
    expect(joined.times).toEqual(Float64Array.of(nan, nan, 1.7e9));
    expect(joined.epochs).toEqual(new Float64Array());
  });
});

describe('a summary', () => {
  it('counts what is not finite, and takes no extreme from it', () => {
    expect(
      summarize(
        series('loss', [
          [4, nan],
          [5, 2],
          [6, -infinity],
          [7, 3],
          [8, 2],
        ]),
      ),
    ).toEqual({
      count: 5,
      nonfinite: 2,
      first: { step: 4, value: nan },
      last: { step: 8, value: 2 },
      min: { step: 5, value: 2 },
      max: { step: 7, value: 3 },
    });
  });

  it.each([
    ['no points', [], { count: 0, nonfinite: 0, first: null, last: null }],
    ['nothing finite', [[1, nan]], { count: 1, nonfinite: 1, last: { step: 1, value: nan } }],
  ] as const)('of %s has no extremes', (_, points, rest) => {
    expect(summarize(series('loss', points))).toMatchObject({ ...rest, min: null, max: null });
  });
});

describe('the point of a step', () => {
  it.each<[string, number[], [step: number, index: number][]]>([
    [
      'in order',
      [1, 3, 5],
      [
        [0, -1],
        [1, 0],
        [2, 0],
        [3, 1],
        [4.9, 1],
        [5, 2],
        [99, 2],
      ],
    ],
    [
      'logged twice is the last',
      [1, 3, 3, 5],
      [
        [3, 2],
        [4, 2],
      ],
    ],
    [
      'after a restart is the last logged',
      [1, 2, 3, 2, 4],
      [
        [1, 0],
        [2, 3],
        [3, 2],
        [4, 4],
      ],
    ],
    ['among none', [], [[1, -1]]],
  ])('%s', (_, steps, questions) => {
    const find = stepFinder(Float64Array.from(steps));
    for (const [step, index] of questions) expect(find(step)).toBe(index);
  });

  it('is the greatest step at or before, in whatever order they come', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(30)), fc.integer({ min: -2, max: 32 }), (steps, step) => {
        const before = steps.filter((one) => one <= step);
        const expected = before.length ? steps.lastIndexOf(Math.max(...before)) : -1;
        expect(stepFinder(Float64Array.from(steps))(step)).toBe(expected);
      }),
    ));
});

describe('a sparkline', () => {
  it('of few values is those', () => {
    expect(sparkline(Float64Array.of(1, nan, infinity, 2))).toEqual([1, nan, nan, 2]);
  });

  it('of many has 60, and every extreme is in it', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 700));
    values[4321] = 77;
    values[4399] = -88;
    const spark = sparkline(values);
    expect(spark).toHaveLength(60);
    expect(spark.slice(24, 28)).toEqual([expect.any(Number), 77, -88, expect.any(Number)]);
  });

  it('shows where a run had diverged', () => {
    const values = Float64Array.from({ length: 6000 }, (_, i) => (i < 3000 ? i : nan));
    expect(sparkline(values).slice(28, 33)).toEqual([2800, 2999, nan, nan, nan]);
  });
});
