import { describe, expect, it } from 'vitest';
import { type PixelColumns, pixelColumns } from './pixel-columns.ts';
import { type ThinOptions, thin } from './thin.ts';

/** Pixels of the canvas, as a chart has them. */
const WIDTH = 400;
const HEIGHT = 200;

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** A canvas of one colour, and beside it which columns are marked with what has no place, by its kind. */
interface Canvas {
  readonly pixels: Uint8Array;
  readonly marks: Uint8Array;
}

interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

interface Plot {
  readonly columns: PixelColumns;
  /** From a value to a row, not yet whole; `NaN` without a place. */
  readonly rowOf: (y: number) => number;
}

/**
 * Draws lines between neighbours as the chart does: every point in the middle of its column, gaps at values without
 * a place. Each column is filled over all the rows that a line passes in it.
 */
function draw({ x, y }: Curve, { columns, rowOf }: Plot): Canvas {
  const canvas = { pixels: new Uint8Array(WIDTH * HEIGHT), marks: new Uint8Array(WIDTH) };
  let before: readonly [number, number] | null = null;
  for (let i = 0; i < x.length; i++) {
    const column = columns.of(x[i] as number);
    if (Number.isNaN(column)) continue;
    const value = y[i] as number;
    const row = rowOf(value);
    if (Number.isFinite(row)) {
      line(canvas, before ?? [column, row], [column, row]);
      before = [column, row];
    } else {
      before = null;
      if (column >= 0 && column < WIDTH) (canvas.marks[column] as number) |= markOf(value);
    }
  }
  return canvas;
}

function markOf(value: number): number {
  if (Number.isNaN(value)) return 1;
  return value === infinity ? 2 : value === -infinity ? 4 : 8;
}

function line(
  canvas: Canvas,
  [fromColumn, fromRow]: readonly [number, number],
  [toColumn, toRow]: readonly [number, number],
): void {
  const step = Math.sign(toColumn - fromColumn);
  const rowAt = (column: number) =>
    fromRow + ((toRow - fromRow) * (column - fromColumn)) / (toColumn - fromColumn);
  for (let column = fromColumn; ; column += step) {
    const enter = column === fromColumn ? fromRow : rowAt(column - step / 2);
    const leave = column === toColumn ? toRow : rowAt(column + step / 2);
    fill(canvas, column, enter, leave);
    if (column === toColumn) return;
  }
}

function fill({ pixels }: Canvas, column: number, a: number, b: number): void {
  if (column < 0 || column >= WIDTH) return;
  const top = Math.max(0, Math.floor(Math.min(a, b)));
  const bottom = Math.min(HEIGHT - 1, Math.floor(Math.max(a, b)));
  for (let row = top; row <= bottom; row++) pixels[row * WIDTH + column] = 1;
}

function plotOf({ y }: Curve, options: ThinOptions): Plot {
  let low = infinity;
  let high = -infinity;
  const along = (value: number) => (options.logY ? (value > 0 ? Math.log10(value) : nan) : value);
  for (const value of y) {
    const at = along(value);
    if (!Number.isFinite(at)) continue;
    low = Math.min(low, at);
    high = Math.max(high, at);
  }
  const size = high / 2 - low / 2 || 0.5;
  return {
    columns: pixelColumns(options),
    rowOf: (value) => (HEIGHT - 1) * (1 - (along(value) / 2 - low / 2) / size) + 0.5,
  };
}

/** Columns that differ, in pixels or in marks. */
function differing(curve: Curve, options: ThinOptions): number[] {
  const plot = plotOf(curve, options);
  const whole = draw(curve, plot);
  const thinned = draw(thin(curve.x, curve.y, options), plot);
  return Array.from({ length: WIDTH }, (_, column) => column).filter((column) => {
    if (whole.marks[column] !== thinned.marks[column]) return true;
    for (let at = column; at < WIDTH * HEIGHT; at += WIDTH) {
      if (whole.pixels[at] !== thinned.pixels[at]) return true;
    }
    return false;
  });
}

/** mulberry32: the same series in every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;

const KINDS: Readonly<Record<string, (length: number, random: Random) => Curve>> = {
  noise: (length, random) => course(length, (i) => Math.sin(i / 50) + random()),
  decay: (length, random) => course(length, (i) => 3 * Math.exp(-i / length) + 0.1 * random()),
  spikes: (length, random) =>
    course(length, () => (random() < 0.01 ? (random() - 0.5) * 1e9 : random())),
  'with NaN': (length, random) => course(length, () => (random() < 0.01 ? nan : random())),
  'with spans of NaN': (length, random) => {
    let isOut = false;
    return course(length, () => {
      if (random() < 0.01) isOut = !isOut;
      return isOut ? nan : random();
    });
  },
  'with infinities': (length, random) =>
    course(length, () => {
      const chance = random();
      return chance < 0.003 ? infinity : chance < 0.006 ? -infinity : random();
    }),
  resets: (length, random) => {
    let at = 0;
    const x = Float64Array.from({ length }, () => {
      at = random() < 5 / length ? at * random() : at + random();
      return at;
    });
    return { x, y: x.map(() => random()) };
  },
  'uneven steps': (length, random) => {
    let at = random() * 100;
    const x = Float64Array.from({ length }, () => {
      at += random() < 0.5 ? 0 : random() ** 8 * 100;
      return at;
    });
    return { x, y: x.map(() => random()) };
  },
  constant: (length, random) => {
    const value = random();
    return course(length, () => value);
  },
  diverging: (length, random) =>
    course(length, (i) => (i < length * 0.7 ? random() : i < length * 0.8 ? 10 ** (i % 300) : nan)),
  'two points': (_, random) => course(2, random),
};

function course(length: number, value: (i: number) => number): Curve {
  const x = Float64Array.from({ length }, (_, i) => i);
  return { x, y: Float64Array.from(x, (_, i) => value(i)) };
}

/** Some see all of it, some a part; some over a logarithmic axis, or two. */
function optionsOf({ x }: Curve, random: Random): ThinOptions {
  const logX = random() < 0.4;
  const placed = x.filter((at) => !logX || at > 0);
  const [first, last] = [placed.reduce((a, b) => Math.min(a, b), 1e9), Math.max(...ends(placed))];
  const [a, b] = random() < 0.5 ? [0, 1] : [random() * 0.5, 0.5 + random() * 0.5];
  const from = first + (last - first) * a;
  return { range: [from, first + (last - first) * b], width: WIDTH, logX, logY: random() < 0.3 };
}

function ends(x: Float64Array): [number, number] {
  return [1e-9, x.reduce((a, b) => Math.max(a, b), -infinity)];
}

describe('a thinned curve, drawn, and all of its points, drawn', () => {
  it('differ in no column, for a thousand random series', { timeout: 120_000 }, () => {
    const names = Object.keys(KINDS);
    for (let seed = 0; seed < 1000; seed++) {
      const random = randomOf(seed);
      const name = names[seed % names.length] ?? '';
      const length = Math.round(10 ** (0.5 + 3.5 * random()));
      const curve = KINDS[name]?.(length, random);
      if (!curve) throw new TypeError('there is such a kind');
      const options = optionsOf(curve, random);
      const what = `series ${seed}: ${name}, ${length} points, ${JSON.stringify(options)}`;
      expect(differing(curve, options), what).toEqual([]);
    }
  });

  it.each([false, true])('differ in no column, for a million points (log x: %s)', (logX) => {
    const random = randomOf(7);
    const curve = course(1_000_000, (i) => Math.sin(i / 9e4) + random() * 0.2);
    curve.y[123_456] = 50;
    curve.y.fill(nan, 700_000, 700_100);
    curve.y[800_000] = infinity;
    const options = { range: [logX ? 1 : 0, 999_999], width: WIDTH, logX } as const;
    expect(differing(curve, options)).toEqual([]);
  });

  it('would differ if a spike were lost', () => {
    const curve = course(100_000, (i) => (i === 54_321 ? 1 : 0));
    const options = { range: [0, 99_999], width: WIDTH } as const;
    const plot = plotOf(curve, options);
    const flat = draw({ x: curve.x, y: curve.y.map(() => 0) }, plot);
    expect(draw(curve, plot)).not.toEqual(flat);
  });
});
