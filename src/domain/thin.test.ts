import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ThinOptions, thin } from './thin.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** What a plot shows: by pixel column, the stretches of y that lines cover, and which marks are set. */
interface Drawing {
  readonly strokes: Map<number, [number, number][]>;
  readonly marks: Set<string>;
}

/** Draws lines between neighbours, each column covered as far as the line is in it. */
function draw(x: Float64Array, y: Float64Array, options: ThinOptions): Drawing {
  const { range, width, logY, logX } = options;
  const along = (at: number) => (logX ? (at > 0 ? Math.log10(at) : nan) : at);
  const [from, to] = [along(range[0]), along(range[1])];
  const scale = width / (to - from);
  const strokes = new Map<number, [number, number][]>();
  const marks = new Set<string>();
  const points = [...x.keys()]
    .map((i) => ({ x: along(x[i] ?? nan), y: y[i] ?? nan }))
    .filter((point) => !Number.isNaN(point.x))
    .map((point) => {
      const place = (point.x - from) * (Number.isFinite(scale) ? scale : 0);
      const inside = Math.min(Math.floor(place), width - 1);
      const column = point.x < from ? -1 : point.x > to ? width : inside;
      return { y: point.y, place, column, kind: kindOf(point.y, logY) };
    });
  const stroke = (column: number, a: number, b: number) => {
    if (column < 0 || column >= width) return;
    const list = strokes.get(column) ?? [];
    list.push([Math.min(a, b), Math.max(a, b)]);
    strokes.set(column, list);
  };
  for (const [n, point] of points.entries()) {
    const { column, kind } = point;
    const next = points[n + 1];
    if (kind === 'drawn') stroke(column, point.y, point.y);
    else if (column >= 0 && column < width) marks.add(`${column} ${kind}`);
    if (kind === 'drawn' && next?.kind === 'drawn') line(point, next, stroke);
  }
  for (const [column, list] of strokes) strokes.set(column, union(list));
  return { strokes, marks };
}

function kindOf(value: number, logY = false) {
  if (Number.isNaN(value)) return 'nan';
  if (value === infinity) return 'above';
  return value === -infinity || (logY && value <= 0) ? 'below' : 'drawn';
}

interface Placed {
  readonly y: number;
  readonly place: number;
  readonly column: number;
}

function line(a: Placed, b: Placed, stroke: (column: number, a: number, b: number) => void): void {
  const step = Math.sign(b.column - a.column);
  const yAt = (edge: number) => a.y + ((b.y - a.y) * (edge - a.place)) / (b.place - a.place);
  for (let at = a.column; at !== b.column; at += step) {
    const enter = at === a.column ? a.y : yAt(step > 0 ? at : at + 1);
    stroke(at, enter, yAt(step > 0 ? at + 1 : at));
  }
  stroke(b.column, step === 0 ? a.y : yAt(step > 0 ? b.column : b.column + 1), b.y);
}

function union(intervals: [number, number][]): [number, number][] {
  const sorted = intervals.sort(([a], [b]) => a - b);
  const joined: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = joined.at(-1);
    if (last && low <= last[1]) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

/** Least and greatest of each column. */
function envelope({ strokes, marks }: Drawing) {
  const edges = [...strokes].map(([column, list]) => [column, list[0]?.[0], list.at(-1)?.[1]]);
  return { edges: edges.sort(([a], [b]) => (a ?? 0) - (b ?? 0)), marks: [...marks].sort() };
}

const sorted = ({ strokes, marks }: Drawing) => ({
  strokes: [...strokes].sort(([a], [b]) => a - b),
  marks: [...marks].sort(),
});

function expectSameDrawing(x: Float64Array, y: Float64Array, options: ThinOptions): void {
  const thinned = thin(x, y, options);
  expect(sorted(draw(thinned.x, thinned.y, options))).toEqual(sorted(draw(x, y, options)));
}

const columns = (values: readonly number[]): [Float64Array, Float64Array] => [
  Float64Array.from(values, (_, i) => i),
  Float64Array.from(values),
];

/** A value of a metric: mostly ordinary, now and then a spike, a gap or a broken one. */
const value = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(nan, infinity, -infinity, 1e30, -1e30, 0) },
);

/** Steps that mostly go on, and now and then back, as after a restart; some are not known. */
const course = fc
  .array(
    fc.record({
      stride: fc.oneof(
        { weight: 12, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) },
        { weight: 4, arbitrary: fc.constantFrom(0, 1, 1, 1) },
        { weight: 1, arbitrary: fc.double({ min: -60, max: 30, noNaN: true }) },
      ),
      known: fc.integer({ min: 0, max: 40 }),
      value,
    }),
    { maxLength: 300 },
  )
  .map((points) => {
    const x = new Float64Array(points.length);
    let at = 0;
    for (const [i, { stride, known }] of points.entries()) {
      at += stride;
      x[i] = known === 0 ? nan : at;
    }
    return { x, y: Float64Array.from(points, (point) => point.value) };
  });

describe('a thinned curve', () => {
  it('covers the same pixels as the whole one, whatever its course', () =>
    fc.assert(
      fc.property(
        course,
        fc.record({
          from: fc.double({ min: -20, max: 200, noNaN: true }),
          span: fc.double({ min: 0, max: 300, noNaN: true }),
          width: fc.integer({ min: 1, max: 60 }),
          logY: fc.boolean(),
          logX: fc.boolean(),
        }),
        ({ x, y }, { from, span, width, logY, logX }) => {
          const start = logX ? Math.abs(from) + 0.1 : from;
          const options: ThinOptions = { range: [start, start + span], width, logY, logX };
          const thinned = thin(x, y, options);
          const [drawn, whole] = [draw(thinned.x, thinned.y, options), draw(x, y, options)];
          expect(envelope(drawn)).toEqual(envelope(whole));
          if (breaksOf(x, y, logY) <= 15) expect(sorted(drawn)).toEqual(sorted(whole));
        },
      ),
      { numRuns: 1000 },
    ));

  it('is made of points of the curve, in their order', () =>
    fc.assert(
      fc.property(course, fc.integer({ min: 1, max: 40 }), ({ x, y }, width) => {
        const thinned = thin(x, y, { range: [0, 100], width });
        const { index } = thinned;
        expect(index).toEqual(Uint32Array.from(new Set(index)).sort());
        expect(thinned.x).toEqual(Float64Array.from(index, (i) => x[i] ?? nan));
        expect(thinned.y).toEqual(Float64Array.from(index, (i) => y[i] ?? nan));
      }),
    ));

  it.each<[string, readonly number[], number]>([
    ['has no points', [], 0],
    ['has one', [3], 1],
    ['has two', [3, 1], 2],
    ['is all NaN', [nan, nan, nan, nan, nan], 2],
    ['is constant', Array.from({ length: 1000 }, () => 7), 2],
    ['has one spike', Array.from({ length: 1000 }, (_, i) => (i === 500 ? 1e9 : 0)), 3],
    ['has one hole', [1, 2, 3, nan, 4, 5, 6], 5],
    ['diverges', [5, 4, 3, 2, infinity, nan, nan, nan, nan], 5],
  ])('needs no more than first, last, least and greatest when it %s', (_, values, kept) => {
    const [x, y] = columns(values);
    const options = { range: [0, Math.max(1, values.length - 1)], width: 1 } as const;
    expect(thin(x, y, options).index).toHaveLength(kept);
    expectSameDrawing(x, y, options);
  });

  it('keeps the neighbours of what is in sight, and the crossing of an empty sight', () => {
    const [x, y] = columns([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...thin(x, y, { range: [2.5, 5.5], width: 100 }).index]).toEqual([2, 3, 4, 5, 6]);
    expect([...thin(x, y, { range: [2.2, 2.8], width: 100 }).index]).toEqual([2, 3]);
    expect([...thin(x, y, { range: [20, 30], width: 100 }).index]).toEqual([]);
    expect([...thin(x, y, { range: [9, 9], width: 100 }).index]).toEqual([8, 9]);
  });

  it('keeps all visits to a column that a restart comes back to', () => {
    const x = Float64Array.from([0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6]);
    const y = Float64Array.from([9, 8, 7, 6, 5, 4, 70, 60, 50, 40, 30]);
    expectSameDrawing(x, y, { range: [0, 6], width: 7 });
  });

  it('breaks at values that a logarithmic axis has no place for', () => {
    const [x, y] = columns([4, -2, 3, 0, 2, 0.001, 5]);
    const options = { range: [0, 6], width: 1, logY: true } as const;
    expect([...thin(x, y, options).y]).toEqual([4, -2, 3, 0, 2, 0.001, 5]);
    expectSameDrawing(x, y, options);
  });

  it('is small even where every other value is missing', () => {
    const count = 100_000;
    const x = Float64Array.from({ length: count }, (_, i) => i);
    const y = Float64Array.from(x, (i) => (i % 2 ? nan : Math.sin(i) * (i === 70_000 ? 100 : 1)));
    const options = { range: [0, count - 1], width: 100 } as const;
    const thinned = thin(x, y, options);
    expect(thinned.index.length).toBeLessThan(100 * 80);
    expect(envelope(draw(thinned.x, thinned.y, options))).toEqual(envelope(draw(x, y, options)));
  });

  it('goes on into the next column after many breaks', () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => i);
    const y = Float64Array.from(x, (i) => (i < 200 && i % 2 ? nan : (i * 7919) % 101));
    const options = { range: [0, 299], width: 2 } as const;
    const crossing = Float64Array.from(x, (i) => (i < 140 && i % 2 ? nan : (i * 7919) % 101));
    for (const course of [y, crossing]) {
      const thinned = thin(x, course, options);
      expect(envelope(draw(thinned.x, thinned.y, options))).toEqual(
        envelope(draw(x, course, options)),
      );
    }
  });

  it('of a million points covers the same pixels', () => {
    const count = 1_000_000;
    const x = Float64Array.from({ length: count }, (_, i) => 1.7e9 + i * 0.37);
    const y = Float64Array.from(x, (_, i) => Math.sin(i / 9e4) + Math.sin(i * 1.3) * 0.2);
    y[123_456] = 50;
    y[700_000] = nan;
    y[700_001] = infinity;
    const options = { range: [1.7e9, 1.7e9 + count * 0.37], width: 1000 } as const;
    expectSameDrawing(x, y, options);
    expectSameDrawing(x, y, { range: [1.7e9 + 2000, 1.7e9 + 2000.5], width: 1000 });
  });
});

/** How often the line may break at most: each time makes two stretches. */
function breaksOf(x: Float64Array, y: Float64Array, logY: boolean): number {
  return y.filter((one, i) => !Number.isFinite(one) || Number.isNaN(x[i]) || (logY && one <= 0))
    .length;
}
