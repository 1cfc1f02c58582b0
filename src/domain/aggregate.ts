import {
  type AggregateColumn,
  placesIn,
  type Track,
  trackOf,
  unionOf,
} from './aggregate-places.ts';
import { student95 } from './student.ts';

export type { AggregateColumn } from './aggregate-places.ts';

export interface AggregateOptions {
  /** Only places in this range, with the neighbour at each side; `null`: all. */
  readonly range?: readonly [number, number] | null;
  /** The median takes longer than the rest together; without it, it is `NaN`. */
  readonly hasMedian?: boolean;
}

/**
 * What some runs amount to at every x that any of them has, all columns `[places]`. A run counts at its own
 * points and, on the straight line between two of them, in between; never before its first or after its
 * last, and never next to a value that is not finite.
 */
export interface Aggregate {
  /** Ascending, each once. */
  readonly x: Float64Array<ArrayBuffer>;
  /** Runs that count; where it is 0, all the others are `NaN`. */
  readonly n: Float64Array<ArrayBuffer>;
  readonly mean: Float64Array<ArrayBuffer>;
  readonly median: Float64Array<ArrayBuffer>;
  /** Of the sample, with n − 1; `NaN` where n is 1. */
  readonly std: Float64Array<ArrayBuffer>;
  /** Standard error of the mean, std / √n; `NaN` where n is 1. */
  readonly sem: Float64Array<ArrayBuffer>;
  /** Half of the 95 % confidence interval of the mean, by Student's t; `NaN` where n is 1. */
  readonly ci95: Float64Array<ArrayBuffer>;
  readonly min: Float64Array<ArrayBuffer>;
  readonly max: Float64Array<ArrayBuffer>;
  /** Values that are not finite, in all of the runs: they count nowhere. */
  readonly nonfinite: number;
  /** Some run counts at an x that is not its own. */
  readonly isInterpolated: boolean;
  /** There were more places than can be reckoned in time: these are some of them, evenly spread. */
  readonly isSample: boolean;
}

/** Places times runs that are reckoned, without and with their medians: about half a second for either. */
const MAX_CELLS = 1e8;
const MAX_MEDIAN_CELLS = 1.2e7;

/** @param runs as they were logged: neither in order, nor free of `NaN` and of repeated places */
export function aggregate(
  runs: readonly AggregateColumn[],
  { range = null, hasMedian = true }: AggregateOptions = {},
): Aggregate {
  const tracks = runs.map(trackOf);
  const most = Math.max(2, Math.floor((hasMedian ? MAX_MEDIAN_CELLS : MAX_CELLS) / tracks.length));
  const { x, isSample } = unionOf(
    tracks.map((track) => placesIn(track.x, range)),
    most,
  );
  const sums = sumsOf(tracks, x);
  return {
    x,
    ...sums,
    ...spreadOf(tracks, x, sums),
    median: hasMedian ? mediansOf(tracks, x) : new Float64Array(x.length).fill(Number.NaN),
    nonfinite: tracks.reduce((sum, { nonfinite }) => sum + nonfinite, 0),
    isSample,
  };
}

type Sums = Pick<Aggregate, 'n' | 'mean' | 'min' | 'max' | 'isInterpolated'>;

function sumsOf(tracks: readonly Track[], x: Float64Array): Sums {
  const n = new Float64Array(x.length);
  const mean = new Float64Array(x.length);
  const min = new Float64Array(x.length).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(x.length).fill(Number.NEGATIVE_INFINITY);
  const row = new Float64Array(x.length);
  let isInterpolated = false;
  for (const track of tracks) {
    if (readAt(track, x, row)) isInterpolated = true;
    addRow(row, { n, mean, min, max });
  }
  for (let i = 0; i < x.length; i++) {
    const count = n[i] as number;
    mean[i] = count > 0 ? (mean[i] as number) / count : Number.NaN;
    if (count === 0) min[i] = max[i] = Number.NaN;
  }
  return { n, mean, min, max, isInterpolated };
}

function addRow(row: Float64Array, { n, mean, min, max }: Omit<Sums, 'isInterpolated'>): void {
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    // Neither NaN nor infinite: twice as fast as asking for it by name.
    if (value - value !== 0) continue;
    (n[i] as number)++;
    (mean[i] as number) += value;
    if (value < (min[i] as number)) min[i] = value;
    if (value > (max[i] as number)) max[i] = value;
  }
}

/** From the mean, in a second pass: sums of squares alone would lose the digits that differ. */
function spreadOf(
  tracks: readonly Track[],
  x: Float64Array,
  { n, mean }: Sums,
): Pick<Aggregate, 'std' | 'sem' | 'ci95'> {
  const std = new Float64Array(x.length);
  const row = new Float64Array(x.length);
  for (const track of tracks) {
    readAt(track, x, row);
    for (let i = 0; i < x.length; i++) {
      const value = row[i] as number;
      const away = value - (mean[i] as number);
      if (value - value === 0) (std[i] as number) += away * away;
    }
  }
  const sem = new Float64Array(x.length);
  const ci95 = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const count = n[i] as number;
    std[i] = count > 1 ? Math.sqrt((std[i] as number) / (count - 1)) : Number.NaN;
    sem[i] = (std[i] as number) / Math.sqrt(count);
    ci95[i] = (sem[i] as number) * student95(count - 1);
  }
  return { std, sem, ci95 };
}

/** Places whose values are held at once: what a processor keeps at hand. */
const BLOCK = 256;

function mediansOf(tracks: readonly Track[], x: Float64Array): Float64Array<ArrayBuffer> {
  const median = new Float64Array(x.length);
  const row = new Float64Array(BLOCK);
  const values = new Float64Array(BLOCK * tracks.length);
  const counts = new Uint32Array(BLOCK);
  for (let from = 0; from < x.length; from += BLOCK) {
    const places = x.subarray(from, from + BLOCK);
    counts.fill(0);
    for (const track of tracks) {
      readAt(partOf(track, places), places, row.subarray(0, places.length));
      for (let i = 0; i < places.length; i++) {
        const value = row[i] as number;
        if (!Number.isFinite(value)) continue;
        values[i * tracks.length + (counts[i] as number)++] = value;
      }
    }
    for (let i = 0; i < places.length; i++) {
      const start = i * tracks.length;
      median[from + i] = medianOf(values.subarray(start, start + (counts[i] as number)));
    }
  }
  return median;
}

/** What of a track is needed at ascending places. */
function partOf(track: Track, places: Float64Array): Track {
  const part = placesIn(track.x, [places[0] as number, places.at(-1) as number]);
  const start = (part.byteOffset - track.x.byteOffset) / Float64Array.BYTES_PER_ELEMENT;
  return { ...track, x: part, y: track.y.subarray(start, start + part.length) };
}

/** @param values are put in order */
function medianOf(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  values.sort();
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  // Halves first: the sum of two large numbers may be past what a double holds.
  return values.length % 2 === 1 ? upper : (values[middle - 1] as number) / 2 + upper / 2;
}

/**
 * The values of a track at ascending places, not finite where it does not count.
 *
 * @param row `[x.length]`, is written to
 * @returns whether any was read between two points
 */
function readAt(track: Track, x: Float64Array, row: Float64Array): boolean {
  const last = track.x.length - 1;
  let isInterpolated = false;
  let i = 0;
  while (i < x.length && !((x[i] as number) >= (track.x[0] as number))) row[i++] = Number.NaN;
  for (let k = 0; k < last && i < x.length; k++) {
    const [before, after] = [track.x[k] as number, track.x[k + 1] as number];
    const [from, to] = [track.y[k] as number, track.y[k + 1] as number];
    if (x[i] === before) row[i++] = from;
    const start = i;
    const slope = (to - from) / (after - before);
    for (; i < x.length && (x[i] as number) < after; i++) {
      row[i] = from + slope * ((x[i] as number) - before);
    }
    if (i > start && Number.isFinite(slope)) isInterpolated = true;
  }
  if (i < x.length && x[i] === track.x[last]) row[i++] = track.y[last] as number;
  row.fill(Number.NaN, i);
  return isInterpolated;
}

/** What stands in the middle of a group. */
export type Centre = 'mean' | 'median';

/** How far its runs are apart: `std`, `sem` and `ci95` to both sides of the mean, whatever its centre. */
export type Spread = 'std' | 'sem' | 'ci95' | 'range' | 'none';

/** One line and the area around it, `[places]`; `NaN` where there is none. */
export interface CentreAndSpread {
  readonly centre: Float64Array<ArrayBuffer>;
  readonly low: Float64Array<ArrayBuffer>;
  readonly high: Float64Array<ArrayBuffer>;
}

export function centreAndSpread(all: Aggregate, centre: Centre, spread: Spread): CentreAndSpread {
  const line = all[centre];
  if (spread === 'range') return { centre: line, low: all.min, high: all.max };
  if (spread === 'none') {
    const nothing = new Float64Array(line.length).fill(Number.NaN);
    return { centre: line, low: nothing, high: nothing };
  }
  const { mean, [spread]: half } = all;
  return {
    centre: line,
    low: mean.map((value, i) => value - (half[i] as number)),
    high: mean.map((value, i) => value + (half[i] as number)),
  };
}
