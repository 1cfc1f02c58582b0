import type { HistoryChunk, Series } from './history.ts';

/** A value and the step it was logged at. */
interface Point {
  readonly step: number;
  readonly value: number;
}

/** What a series amounts to, without its points. */
export interface SeriesSummary {
  readonly count: number;
  /** Points that are `NaN` or infinite. */
  readonly nonfinite: number;
  /** In the order in which they were logged; `null` when there are no points. */
  readonly first: Point | null;
  readonly last: Point | null;
  /** Of the finite values, the earliest of equal ones; `null` when there are none. */
  readonly min: Point | null;
  readonly max: Point | null;
}

export interface JoinOptions {
  /** Leave out what a restart superseded, as TensorBoard does; by default every point is kept. */
  readonly dropSuperseded?: boolean;
}

/**
 * The series of a log, a tag once each, its points in the order of the chunks. Those of several files
 * are joined by giving the chunks of one after those of another.
 *
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/backend/event_processing/plugin_event_accumulator.py `_Purge`
 */
export function joinChunks(
  chunks: readonly HistoryChunk[],
  { dropSuperseded = false }: JoinOptions = {},
): Series[] {
  const parts = new Map<string, Series[]>();
  for (const { series, restart } of chunks) {
    if (dropSuperseded && restart !== undefined) {
      for (const [tag, before] of parts) {
        parts.set(
          tag,
          before.map((part) => selectPoints(part, (step) => step < restart)),
        );
      }
    }
    for (const part of series) {
      const before = parts.get(part.tag);
      if (before) before.push(part);
      else parts.set(part.tag, [part]);
    }
  }
  return [...parts].map(([tag, group]) => joinSeries(tag, group));
}

/** Series of one metric laid end to end. Where only some know epochs or times, the others have `NaN`. */
export function joinSeries(tag: string, parts: readonly Series[]): Series {
  const [only] = parts;
  if (only && parts.length === 1 && only.tag === tag) return only;
  const count = parts.reduce((sum, { steps }) => sum + steps.length, 0);
  const join = (column: 'steps' | 'values' | 'epochs' | 'times') => {
    if (parts.every((part) => part[column].length === 0)) return new Float64Array();
    const joined = new Float64Array(count).fill(Number.NaN);
    let at = 0;
    for (const part of parts) {
      joined.set(part[column], at);
      at += part.steps.length;
    }
    return joined;
  };
  return {
    tag,
    steps: join('steps'),
    values: join('values'),
    epochs: join('epochs'),
    times: join('times'),
  };
}

function selectPoints(series: Series, keeps: (step: number) => boolean): Series {
  const { tag, steps } = series;
  const keep = (column: Float64Array<ArrayBuffer>) =>
    column.filter((_, i) => keeps(steps[i] as number));
  return {
    tag,
    steps: keep(steps),
    values: keep(series.values),
    epochs: keep(series.epochs),
    times: keep(series.times),
  };
}

export function summarize({ steps, values }: Series): SeriesSummary {
  let nonfinite = 0;
  let min = -1;
  let max = -1;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) nonfinite++;
    else {
      if (value < least) {
        least = value;
        min = i;
      }
      if (value > most) {
        most = value;
        max = i;
      }
    }
  }
  const point = (i: number): Point | null =>
    i >= 0 && i < values.length ? { step: steps[i] as number, value: values[i] as number } : null;
  return {
    count: values.length,
    nonfinite,
    first: point(0),
    last: point(values.length - 1),
    min: point(min),
    max: point(max),
  };
}

/**
 * A search in a column of steps: the index of the point at a step, or at the greatest step before it;
 * -1 when there is none. Of several at one step, the last logged. Steps need not be in order.
 */
export function stepFinder(steps: Float64Array): (step: number) => number {
  if (isSorted(steps)) return (step) => countUpTo(steps, step) - 1;
  const order = Uint32Array.from(steps, (_, i) => i).sort(
    (a, b) => (steps[a] as number) - (steps[b] as number) || a - b,
  );
  const sorted = Float64Array.from(order, (i) => steps[i] as number);
  return (step) => order[countUpTo(sorted, step) - 1] ?? -1;
}

function isSorted(column: Float64Array): boolean {
  for (let i = 1; i < column.length; i++) {
    if (!((column[i - 1] as number) <= (column[i] as number))) return false;
  }
  return true;
}

/** How many of a sorted column are at most `limit`. */
export function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The most values a sparkline has. */
const SPARK = 60;

/**
 * At most 60 values that show the course of a series: all of it, or the least and the greatest of each
 * thirtieth in the order in which they came. A part without a finite value is `NaN`.
 */
export function sparkline(values: Float64Array): number[] {
  if (values.length <= SPARK) {
    return Array.from(values, (value) => (Number.isFinite(value) ? value : Number.NaN));
  }
  const parts = SPARK / 2;
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * values.length) / parts);
    const to = Math.floor(((part + 1) * values.length) / parts);
    return extremes(values, from, to);
  }).flat();
}

function extremes(values: Float64Array, from: number, to: number): [number, number] {
  let min = -1;
  let max = -1;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (min < 0 || value < (values[min] as number)) min = i;
    if (max < 0 || value > (values[max] as number)) max = i;
  }
  const least = values[min] ?? Number.NaN;
  const most = values[max] ?? Number.NaN;
  return min <= max ? [least, most] : [most, least];
}
