import type { Series } from '#domain/history.ts';

/** A training that was resumed: steps from `at` up to `until`, logged before, were logged again. */
export interface Restart {
  readonly at: number;
  readonly until: number;
}

/** Where a series goes back: points before `index` from step `at` on are superseded. */
export interface Cut {
  readonly index: number;
  readonly at: number;
}

/** A series without what restarts superseded, and that beside it. */
export interface Lineage {
  readonly drawn: Series;
  /** One for each restart: the branch that was abandoned. */
  readonly ghosts: readonly Series[];
  readonly restarts: readonly Restart[];
}

/** More places where steps go back are no restarts: something logs out of order. */
const MAX_RESTARTS = 200;

/** After a restart several points follow; a log that goes back more often than this is out of order. */
const MIN_POINTS = 4;

/** Counters that start over end each time at about the same count, and begin low: to this part of it. */
const ALIKE = 0.1;

/** A process takes longer to come back than between two of its points, by this factor. */
const PAUSE = 2;

/**
 * Where the steps of one file go back once and then on, as they do when a resumed training appends to the
 * same log. No restarts are: counters that start over, as the batch in its epoch (each time to about the
 * same low count and from about the same height, or while the epoch rises); a single point that comes late.
 */
export function findCuts(series: Series, from = 0, to = series.steps.length): Cut[] {
  const { steps } = series;
  const back: number[] = [];
  for (let i = from + 1; i < to; i++) {
    if ((steps[i] as number) < (steps[i - 1] as number)) back.push(i);
  }
  if (back.length === 0 || isCounter(series, back, from, to)) return [];
  if (back.length > 1 && (to - from) / back.length < MIN_POINTS) return [];
  const found = back.filter((i, n) => goesOn(steps, i, back[n + 1] ?? to, to));
  if (found.length > MAX_RESTARTS) return [];
  return found.map((index) => ({ index, at: steps[index] as number }));
}

/**
 * Cuts of a metric that is logged more seldom than another of its file, in which restarts were seen: its steps
 * may come back to one that they stood at, or leave but one point behind.
 */
export function cutsWithin(steps: Float64Array, restarts: readonly Restart[]): Cut[] {
  const cuts: Cut[] = [];
  for (let i = 1; i < steps.length; i++) {
    const at = steps[i] as number;
    if (at > (steps[i - 1] as number)) continue;
    if (restarts.some((one) => one.at <= at && at <= one.until)) cuts.push({ index: i, at });
  }
  return cuts.length > restarts.length ? [] : cuts;
}

/** Whether a series goes on from where it went back to, and not with what it would have had anyway. */
function goesOn(steps: Float64Array, index: number, next: number, to: number): boolean {
  const height = steps[index - 1] as number;
  let again = 0;
  for (let i = index; i < next && again < 2; i++) if ((steps[i] as number) <= height) again++;
  return again > 1 || index + again === to;
}

function isCounter(series: Series, back: readonly number[], from: number, to: number): boolean {
  const { steps, epochs, times } = series;
  const risen = back.filter((i) => (epochs[i] ?? 0) > (epochs[i - 1] ?? 0)).length;
  if (risen > back.length / 2) return true;
  const first = steps[from] as number;
  const heights = back.map((i) => (steps[i - 1] as number) - first).sort((a, b) => a - b);
  const height = heights[heights.length >> 1] ?? 0;
  const isLow = back.every((i) => (steps[i] as number) - first <= ALIKE * height);
  const isAlike = heights.every((one) => Math.abs(one - height) <= ALIKE * height);
  const last = (steps[to - 1] as number) - first;
  if (!isLow || !isAlike || last > (1 + ALIKE) * height) return false;
  return back.length > 1 || hasNoPause(times, back[0] ?? 0, from, to);
}

/** Whether times say that what came before a point went on without a break. */
function hasNoPause(times: Float64Array, index: number, from: number, to: number): boolean {
  const gap = (times[index] ?? Number.NaN) - (times[index - 1] ?? Number.NaN);
  const spent = (times[to - 1] ?? Number.NaN) - (times[from] ?? Number.NaN);
  return gap > 0 && gap <= (PAUSE * (spent - gap)) / Math.max(1, to - from - 2);
}

/** @param cuts in the order of the log */
export function applyCuts(series: Series, cuts: readonly Cut[]): Lineage {
  if (cuts.length === 0) return { drawn: series, ghosts: [], restarts: [] };
  const { steps } = series;
  const count = steps.length;
  /** By which cut a point was superseded, counted from 1. */
  const by = new Uint16Array(count);
  const restarts: Restart[] = [];
  const numbers: number[] = [];
  for (const [n, { index, at }] of cuts.entries()) {
    let until = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < index; i++) {
      const step = steps[i] as number;
      if (by[i] !== 0 || step < at) continue;
      by[i] = n + 1;
      until = Math.max(until, step);
    }
    if (until === Number.NEGATIVE_INFINITY) continue;
    restarts.push({ at, until });
    numbers.push(n + 1);
  }
  if (restarts.length === 0) return { drawn: series, ghosts: [], restarts };
  return {
    drawn: pick(series, (i) => by[i] === 0),
    ghosts: numbers.map((number) => pick(series, (i) => by[i] === number)),
    restarts,
  };
}

function pick({ tag, ...columns }: Series, keeps: (index: number) => boolean): Series {
  const keep = (column: Float64Array<ArrayBuffer>) => column.filter((_, i) => keeps(i));
  return {
    tag,
    steps: keep(columns.steps),
    values: keep(columns.values),
    epochs: keep(columns.epochs),
    times: keep(columns.times),
  };
}
