import type { YScale } from '#domain/history.ts';
import { measure, unmeasure } from './scale.ts';

export interface Column {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What the y axis is to show. */
export interface YRequest {
  readonly kind: YScale;
  /** What is in sight of the x axis; points outside do not count. `null`: all of it. */
  readonly range: readonly [number, number] | null;
  /** Fixed ends; `null`: as the values are. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Spans that are to be in sight instead of all values; `null`: all values. */
  readonly robust?: readonly (readonly [number, number])[] | null;
}

export interface YExtent {
  readonly domain: readonly [number, number];
  /** Of `symlog`. */
  readonly threshold?: number | undefined;
}

/** What the y axis spans: all finite values in sight, with a little air, unless the request says otherwise. */
export function yExtent(columns: readonly Column[], request: YRequest): YExtent {
  const { kind, range, robust } = request;
  const threshold = kind === 'symlog' ? linearThreshold(columns, range) : undefined;
  const spans = robust ?? columns.map((column) => extent(column, request));
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const [least, most] of spans) {
    if (kind !== 'log' || least > 0) min = Math.min(min, least);
    max = Math.max(max, most);
  }
  // All that is common is not above zero, and has no place on a logarithmic axis.
  if (robust && min > max && kind === 'log') return yExtent(columns, { ...request, robust: null });
  return { domain: fixed(padded(min, max, { kind, threshold }), request), threshold };
}

function extent({ x, y }: Column, { range, kind }: YRequest): [number, number] {
  const floor = kind === 'log' ? 0 : Number.NEGATIVE_INFINITY;
  const [from, to] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < y.length; i++) {
    const value = y[i] as number;
    const at = x[i] as number;
    if (!(value > floor && value < Number.POSITIVE_INFINITY) || at < from || at > to) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

const AIR = 0.05;

interface Kind {
  readonly kind: YScale;
  readonly threshold: number | undefined;
}

function padded(min: number, max: number, scale: Kind): [number, number] {
  const { kind } = scale;
  if (min > max) return kind === 'log' ? [0.1, 1] : [0, 1];
  if (min === max && kind === 'log') return within(min / 2, max * 2);
  if (min === max) {
    const half = Math.abs(min) / 2 || 0.5;
    return [min - half, max + half];
  }
  const [along, back] = [measure(scale), unmeasure(scale)];
  const [from, to] = [along(min), along(max)];
  // Halves first: the difference of two large numbers may be past what a double holds.
  const air = (to / 2 - from / 2) * 2 * AIR;
  const domain: [number, number] = [back(from - air), back(to + air)];
  if (kind === 'log') return within(...domain);
  return domain.every(Number.isFinite) ? domain : [min, max];
}

function within(low: number, high: number): [number, number] {
  return [Math.max(low, Number.MIN_VALUE), Math.min(high, Number.MAX_VALUE)];
}

/** One fixed end may lie beyond all values: the other then follows, so that the axis still goes upward. */
function fixed(domain: [number, number], { kind, low = null, high = null }: YRequest) {
  const isPlaced = (end: number | null): end is number =>
    end !== null && (kind !== 'log' || end > 0);
  const from = isPlaced(low) ? low : domain[0];
  const to = isPlaced(high) ? high : domain[1];
  if (from < to) return [from, to] as const;
  const step = kind === 'log' ? 0 : Math.max(1, Math.abs(from), Math.abs(to)) * AIR;
  if (isPlaced(low)) return [low, kind === 'log' ? low * 10 : low + step] as const;
  return [kind === 'log' ? to / 10 : to - step, to] as const;
}

/** The linear part of a symlog axis holds about this part of the values that are not zero. */
const LINEAR_PART = 0.05;

/** Powers of ten beside the linear part, on each side: more would leave no room for any. */
const MAX_DECADES = 6;

/**
 * From where on a symlog axis is logarithmic: a power of ten that few of the values in sight are smaller than,
 * so that it stays the same while the sight moves.
 */
function linearThreshold(columns: readonly Column[], range: YRequest['range']): number {
  const counts = new Map<number, number>();
  let total = 0;
  for (const { x, y } of columns) {
    for (let i = 0; i < y.length; i++) {
      const size = Math.abs(y[i] as number);
      const at = x[i] as number;
      if (!(size > 0 && size < Number.POSITIVE_INFINITY)) continue;
      if (range && (at < range[0] || at > range[1])) continue;
      const power = Math.floor(Math.log10(size));
      counts.set(power, (counts.get(power) ?? 0) + 1);
      total++;
    }
  }
  const powers = [...counts.keys()].sort((a, b) => a - b);
  let passed = 0;
  const low = powers.find((power) => {
    passed += counts.get(power) ?? 0;
    return passed > LINEAR_PART * total;
  });
  const high = (powers.at(-1) ?? 0) + 1;
  return Math.max(Number.MIN_VALUE, 10 ** Math.max(low ?? 0, high - MAX_DECADES));
}

/** The span of all x that have a place; a single one gets room on both sides. `null` when there is none. */
export function xExtent(
  columns: readonly { readonly x: Float64Array }[],
  isLog = false,
): [number, number] | null {
  const floor = isLog ? 0 : Number.NEGATIVE_INFINITY;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { x } of columns) {
    for (let i = 0; i < x.length; i++) {
      const at = x[i] as number;
      if (at > floor && at < min) min = at;
      if (at > floor && at > max) max = at;
    }
  }
  if (min > max) return null;
  if (min < max) return [min, max];
  return isLog ? [min / 2, max * 2] : [min - 0.5, max + 0.5];
}
