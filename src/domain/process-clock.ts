/** Seconds of training at a time of its log, from its first point on, without pauses. */
export type ProcessClock = (time: number) => number;

/** Times below this count from the start of a run: as a date it would be 1973. */
export const FIRST_DATE = 1e8;

/** A pause is this many times as long as the usual time between two points, and at least so many seconds. */
const PAUSE_INTERVALS = 20;
const SHORTEST_PAUSE = 60;

/**
 * The clock of one run, from the times of all its metrics together: all of them agree on it.
 *
 * A pause is a time in which nothing at all was logged, longer than 20 times the median time between
 * neighbouring points and than 60 seconds. It counts as one such median. `null` when no log of the run says when, or
 * when times that count from a start were set back, which leaves the length of the pause unknown.
 */
export function processClock(columns: readonly Float64Array[]): ProcessClock | null {
  const dated = columns.filter((times) => (times.find(Number.isFinite) ?? 0) >= FIRST_DATE);
  const chosen = distinct(dated.length > 0 ? dated : columns);
  if (dated.length === 0 && chosen.some(isSetBack)) return null;
  const times = merged(chosen);
  if (times.length === 0) return null;
  const gaps = times.subarray(1).map((time, i) => time - (times[i] as number));
  const positive = gaps.filter((gap) => gap > 0).sort();
  const usual = positive[positive.length >> 1] ?? 0;
  const longest = Math.max(PAUSE_INTERVALS * usual, SHORTEST_PAUSE);
  const ends: number[] = [];
  const lost: number[] = [];
  let sum = 0;
  for (const [i, gap] of gaps.entries()) {
    if (gap <= longest) continue;
    sum += gap - usual;
    ends.push(times[i + 1] as number);
    lost.push(sum);
  }
  const start = times[0] as number;
  return (time) => time - start - (lost[countUpTo(ends, time) - 1] ?? 0);
}

/** Metrics that were logged together have the same times, which are looked at once. */
function distinct(columns: readonly Float64Array[]): readonly Float64Array[] {
  const seen = new Map<string, Float64Array>();
  for (const times of columns) {
    const middle = times[times.length >> 1];
    seen.set([times.length, times[0], middle, times.at(-1)].join(), times);
  }
  return [...seen.values()];
}

function isSetBack(times: Float64Array): boolean {
  return times.some((time, i) => time < (times[i - 1] ?? Number.NEGATIVE_INFINITY));
}

/** Finite times, ascending. */
function merged(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all.filter(Number.isFinite).sort();
}

function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
