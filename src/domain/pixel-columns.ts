/** What is in sight of a curve along x, and on how many pixels. */
export interface ColumnsOptions {
  /** `[from, to]` on the x axis, both in sight; above zero when it is logarithmic. */
  readonly range: readonly [number, number];
  /** Pixel columns of the plot. */
  readonly width: number;
  /** Columns are equal parts of the logarithm of x. */
  readonly logX?: boolean | undefined;
}

/** The pixel columns of a plot. */
export interface PixelColumns {
  readonly count: number;
  /** From 0; -1 left of the plot, `count` right of it, `NaN` for what has no place on the axis. */
  readonly of: (x: number) => number;
  /** Between these, neither counted, everything is in a column for certain, however sums are rounded. */
  readonly surelyFrom: (column: number) => number;
  readonly surelyTo: (column: number) => number;
  /** Whether x has a place on the axis at all. */
  readonly places: (x: number) => boolean;
}

/** The same for who thins and for who draws, to the last bit: a point must not change its column between them. */
export function pixelColumns({ range, width, logX = false }: ColumnsOptions): PixelColumns {
  const count = Math.max(1, Math.floor(width));
  return logX ? logColumns(range, count) : linearColumns(range, count);
}

/** Of a column, so that what is nearer to its edge is computed. */
const MARGIN = 1e-6;

function linearColumns([from, to]: readonly [number, number], count: number): PixelColumns {
  const scale = scaleOf(count, to - from);
  const rounding = 1e-15 * Math.max(Math.abs(from), Math.abs(to));
  const margin = MARGIN / scale + rounding;
  return {
    count,
    of(x) {
      if (x < from) return -1;
      if (x > to) return count;
      return Math.min(Math.floor((x - from) * scale), count - 1);
    },
    surelyFrom: (column) => from + column / scale + margin,
    surelyTo: (column) => from + (column + 1) / scale - margin,
    places: (x) => !Number.isNaN(x),
  };
}

function logColumns([from, to]: readonly [number, number], count: number): PixelColumns {
  const start = Math.log10(from);
  const end = Math.log10(to);
  const scale = scaleOf(count, end - start);
  const margin = MARGIN / scale + 1e-15 * Math.max(1, Math.abs(start), Math.abs(end));
  const edge = (column: number, shift: number) => 10 ** (start + column / scale + shift);
  return {
    count,
    of(x) {
      if (!(x > 0)) return Number.NaN;
      if (x < from) return -1;
      if (x > to) return count;
      return Math.min(Math.max(0, Math.floor((Math.log10(x) - start) * scale)), count - 1);
    },
    // A power is rounded more coarsely than a sum.
    surelyFrom: (column) => edge(column, margin) * (1 + 1e-14),
    surelyTo: (column) => edge(column + 1, -margin) * (1 - 1e-14),
    places: (x) => x > 0,
  };
}

/** A range of one point has one column. */
function scaleOf(count: number, length: number): number {
  const scale = count / length;
  return Number.isFinite(scale) ? scale : 0;
}
