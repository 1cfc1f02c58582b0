import { describe, expect, it } from 'vitest';
import { pixelColumns } from '#domain/pixel-columns.ts';
import { pointFinder } from './nearest.ts';
import { svgPen, trace } from './trace.ts';
import { joinSpans, unplacedSpans } from './unplaced.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: below } = Number;
const column = (y: readonly number[], x: readonly number[] = y.map((_, i) => i)) => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});

describe('a line', () => {
  const path = (y: readonly number[], isLog = false) => {
    const pen = svgPen();
    const domain = isLog ? ([1, 100] as const) : ([0, 10] as const);
    trace(pen, column(y), {
      x: { domain: [0, 4], pixels: [0, 40], kind: 'linear' },
      y: { domain, pixels: [100, 0], kind: isLog ? 'log' : 'linear' },
    });
    return pen.path();
  };

  it.each([
    ['goes from point to point', [0, 10, 5], 'M0 100L10 0L20 50'],
    ['has a gap at NaN', [0, 10, nan, 5, 5], 'M0 100L10 0M30 50L40 50'],
    ['has a gap at infinity', [0, 0, infinity, 5, 5], 'M0 100L10 100M30 50L40 50'],
    ['shows a single point', [nan, 5, nan], 'M10 50L10 50'],
    ['of nothing', [], ''],
    ['of NaN alone', [nan, nan], ''],
  ])('%s', (_, y, expected) => expect(path(y)).toBe(expected));

  it('passes over a point without a place along x', () => {
    const pen = svgPen();
    trace(pen, column([0, 9, 10], [0, nan, 4]), {
      x: { domain: [0, 4], pixels: [0, 40], kind: 'linear' },
      y: { domain: [0, 10], pixels: [100, 0], kind: 'linear' },
    });
    expect(pen.path()).toBe('M0 100L40 0');
  });

  it('that is thinned stands in the middle of its columns', () => {
    const pen = svgPen();
    const scales = {
      x: { domain: [1, 10_000], pixels: [0, 40], kind: 'log' },
      y: { domain: [0, 10], pixels: [100, 0], kind: 'linear' },
    } as const;
    const columns = pixelColumns({ range: [1, 10_000], width: 4, logX: true });
    trace(pen, column([0, 10, 5, 5], [1, 9, 100, 10_000]), scales, columns);
    expect(pen.path()).toBe('M5 100L5 0L25 50L35 50');
  });

  it('has a gap at zero on a logarithmic axis', () =>
    expect(path([1, 10, 0, 100, 10], true)).toBe('M0 100L10 50M30 0L40 50'));
});

describe('what has no place', () => {
  it('is told in spans of one reason', () => {
    expect(unplacedSpans(column([1, nan, nan, infinity, 2, below]), { isLog: false })).toEqual([
      { kind: 'nan', from: 1, to: 2 },
      { kind: 'above', from: 3, to: 3 },
      { kind: 'below', from: 5, to: 5 },
    ]);
  });

  it('is what is not above zero, on a logarithmic axis alone', () => {
    const points = column([1, 0, -2, 3]);
    expect(unplacedSpans(points, { isLog: true })).toEqual([
      { kind: 'nonpositive', from: 1, to: 2 },
    ]);
    expect(unplacedSpans(points, { isLog: false })).toEqual([]);
  });

  it('is told in one span where it comes and goes too quickly to see', () => {
    const points = column([nan, 1, nan, 1, nan, 1, 1, 1, 1, nan]);
    expect(unplacedSpans(points, { isLog: false, gap: 3 })).toEqual([
      { kind: 'nan', from: 0, to: 4 },
      { kind: 'nan', from: 9, to: 9 },
    ]);
  });

  it('is what is beyond the ends of an axis that is cut', () => {
    expect(unplacedSpans(column([1, 9, 9, 2, -5]), { isLog: false, ends: [0, 3] })).toEqual([
      { kind: 'over', from: 1, to: 2 },
      { kind: 'under', from: 4, to: 4 },
    ]);
  });

  it('of many lines is told together', () => {
    const spans = [
      [{ kind: 'nan', from: 0, to: 3 } as const, { kind: 'over', from: 2, to: 2 } as const],
      [{ kind: 'nan', from: 4, to: 6 } as const],
      [{ kind: 'nan', from: 20, to: 20 } as const],
    ];
    expect(joinSpans(spans, { gap: 2 })).toEqual([
      { kind: 'nan', from: 0, to: 6, lines: 2 },
      { kind: 'over', from: 2, to: 2, lines: 1 },
      { kind: 'nan', from: 20, to: 20, lines: 1 },
    ]);
  });

  it('begins anew where a restart went back', () => {
    expect(unplacedSpans(column([nan, nan, nan], [5, 6, 2]), { isLog: false })).toEqual([
      { kind: 'nan', from: 5, to: 6 },
      { kind: 'nan', from: 2, to: 2 },
    ]);
  });
});

describe('the nearest point', () => {
  it.each([
    ['before the first', [10, 20], 3, 0],
    ['after the last', [10, 20], 99, 1],
    ['in the middle: the earlier', [10, 20], 15, 0],
    ['past the middle', [10, 20], 16, 1],
    ['of several at one place: the last logged', [10, 10, 20, 20], 11, 1],
    ['of several at the first place', [10, 10, 20], 0, 1],
    ['of several at the nearest place after', [10, 20, 20], 19, 2],
    ['after a restart went back: the last logged', [10, 20, 30, 20, 40], 20, 3],
    ['one without a place does not count', [nan, 20], 0, 1],
    ['of none', [], 5, -1],
  ])('%s', (_, x, at, index) => {
    expect(pointFinder(Float64Array.from(x)).nearest(at)).toBe(index);
  });

  it('the next one is found in both directions', () => {
    const { next } = pointFinder(Float64Array.from([30, 10, 20]));
    expect([next(10, 1), next(15, 1), next(30, 1), next(20, -1), next(10, -1)]).toEqual([
      20,
      20,
      null,
      10,
      null,
    ]);
  });
});
