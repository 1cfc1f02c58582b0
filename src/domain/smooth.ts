import type { Smoothing } from './history.ts';

/**
 * Smoothed values, of all points before any thinning. A value that is `NaN` or infinite takes no part
 * and leaves a gap, `NaN`, in its place. A constant series stays as it is.
 *
 * @param values in the order in which they were logged
 * @returns of the same length; `values` itself when there is nothing to smooth
 */
export function smooth(
  values: Float64Array<ArrayBuffer>,
  { kind, amount }: Smoothing,
): Float64Array<ArrayBuffer> {
  if (!(amount > 0) || kind === 'none' || isConstant(values)) return values;
  const weight = Math.min(amount, MAX_AMOUNT);
  return kind === 'ema' ? exponentialMean(values, weight) : centredMean(values, weight);
}

/** A weight of 1 would never let go of the first value. */
const MAX_AMOUNT = 0.9999;

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

/**
 * TensorBoard's smoothing: the exponential moving mean of weight `weight`, begun at 0 and divided by
 * what it lacks for that, `1 − weightⁿ` after n values.
 *
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts `classicSmoothing`
 */
function exponentialMean(values: Float64Array, weight: number): Float64Array<ArrayBuffer> {
  const smoothed = new Float64Array(values.length);
  let mean = 0;
  let lacking = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) {
      smoothed[i] = Number.NaN;
      continue;
    }
    mean = mean * weight + (1 - weight) * value;
    lacking *= weight;
    smoothed[i] = mean / (1 - lacking);
  }
  return smoothed;
}

/**
 * The mean of the points up to `h` before and `h` after, fewer at the ends, with `h` such that they are
 * on average as far away as the exponential mean of the same weight lags: `weight / (1 − weight)`.
 *
 * Sums are made of two halves of blocks, never by taking away: a value of 1e30 among small ones must
 * not leave its rounding behind.
 */
function centredMean(values: Float64Array, weight: number): Float64Array<ArrayBuffer> {
  const count = values.length;
  const half = Math.min(Math.round(weight / (1 - weight)), count);
  const width = 2 * half + 1;
  // Point i is at i + half, so that every window begins within: window of i = [i, i + width).
  const length = count + 2 * half;
  const sums = new Float64Array(length);
  const counts = new Float64Array(length);
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    sums[i + half] = value;
    counts[i + half] = 1;
  }
  const sumsTo = runningSums(sums, width);
  const countsTo = runningSums(counts, width);
  const smoothed = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    smoothed[i] = Number.isFinite(values[i] as number)
      ? windowSum(sumsTo, i, width) / windowSum(countsTo, i, width)
      : Number.NaN;
  }
  return smoothed;
}

interface RunningSums {
  /** From the start of its block to each element, and from each element to the end of its block. */
  readonly before: Float64Array;
  readonly after: Float64Array;
}

function runningSums(values: Float64Array, width: number): RunningSums {
  const before = values.slice();
  const after = values.slice();
  for (let i = 1; i < values.length; i++) {
    if (i % width !== 0) (before[i] as number) += before[i - 1] as number;
  }
  for (let i = values.length - 2; i >= 0; i--) {
    if ((i + 1) % width !== 0) (after[i] as number) += after[i + 1] as number;
  }
  return { before, after };
}

/** The sum of `[start, start + width)`, which lies in two blocks at most. */
function windowSum({ before, after }: RunningSums, start: number, width: number): number {
  const last = before[start + width - 1] as number;
  return start % width === 0 ? last : (after[start] as number) + last;
}
