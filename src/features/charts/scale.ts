/** From a value to its place on the screen, along one axis. */
export interface Scale {
  /** What lies at the start and at the end, in the axis' own unit. */
  readonly domain: readonly [number, number];
  /** Pixels; for a y axis the start is the lower edge, so the greater number. */
  readonly pixels: readonly [number, number];
  /** A logarithmic axis: what is not above zero has no place on it. */
  readonly isLog: boolean;
}

/** `NaN` for what has no place. */
export function toPixel({ domain, pixels, isLog }: Scale, value: number): number {
  const [from, to] = isLog ? [Math.log10(domain[0]), Math.log10(domain[1])] : domain;
  const at = isLog ? (value > 0 ? Math.log10(value) : Number.NaN) : value;
  return pixels[0] + ((at - from) / (to - from)) * (pixels[1] - pixels[0]);
}

export function fromPixel({ domain, pixels, isLog }: Scale, pixel: number): number {
  const part = (pixel - pixels[0]) / (pixels[1] - pixels[0]);
  if (!isLog) return domain[0] + part * (domain[1] - domain[0]);
  return domain[0] * (domain[1] / domain[0]) ** part;
}

export interface ExtentOptions {
  /** What is in sight of the x axis; points outside do not count. */
  readonly range: readonly [number, number] | null;
  readonly isLog: boolean;
}

export interface Column {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What the y axis must span for all finite values in sight, with a little air; log: those above zero. */
export function yDomain(columns: readonly Column[], options: ExtentOptions): [number, number] {
  const { isLog } = options;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    const [least, most] = extent(column, options);
    min = Math.min(min, least);
    max = Math.max(max, most);
  }
  if (min > max) return isLog ? [0.1, 1] : [0, 1];
  return isLog ? padLog(min, max) : pad(min, max);
}

function extent({ x, y }: Column, { range, isLog }: ExtentOptions): [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < y.length; i++) {
    const value = y[i] as number;
    const at = x[i] as number;
    if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
    if (range && (at < range[0] || at > range[1])) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

const AIR = 0.05;

function pad(min: number, max: number): [number, number] {
  if (min === max) {
    const half = Math.abs(min) / 2 || 0.5;
    return [min - half, max + half];
  }
  // Halves first: the difference of two large numbers may be past what a double holds.
  const air = (max / 2 - min / 2) * 2 * AIR;
  return Number.isFinite(air) ? [min - air, max + air] : [min, max];
}

function padLog(min: number, max: number): [number, number] {
  const factor = min === max ? 2 : (max / min) ** AIR;
  return [Math.max(min / factor, Number.MIN_VALUE), Math.min(max * factor, Number.MAX_VALUE)];
}

/** The span of all x; a single point gets room on both sides. `null` when there is none. */
export function xExtent(columns: readonly { readonly x: Float64Array }[]): [number, number] | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { x } of columns) {
    for (const at of x) {
      if (at < min) min = at;
      if (at > max) max = at;
    }
  }
  if (min > max) return null;
  return min === max ? [min - 0.5, max + 0.5] : [min, max];
}

/** A range with no more digits than a screen can show, so that a URL with it stays short. */
export function shortRange(from: number, to: number): readonly [number, number] {
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10((to - from) / 10_000))));
  const round = (value: number) => Number(value.toFixed(digits));
  return round(from) < round(to) ? [round(from), round(to)] : [from, to];
}
