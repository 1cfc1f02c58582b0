import { countUpTo } from '#domain/series.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import type { EpochClock } from './clock.ts';
import type { RunSeries } from './run-series.ts';
import { isWeakStep } from './step-of.ts';

/** Whether the steps of a series are epochs. */
export function countsEpochs(series: RunSeries, clock: EpochClock): boolean {
  return series.unit === 'epoch' || clock.epochTags.has(series.tag);
}

/** Where a checkpoint stands on the steps of a series, be they steps or epochs; `null`: not known. */
export function positionOn(
  series: RunSeries,
  { step, epoch }: CheckpointSummary,
  clock: EpochClock,
): number | null {
  const own = step === null || isWeakStep(step) ? null : step.value;
  const label = epoch === null ? null : epoch.value + clock.shift;
  if (countsEpochs(series, clock)) return label ?? (own === null ? null : clock.labelAt(own));
  return own ?? (label === null ? null : clock.stepAt(label));
}

/** The step of a checkpoint, from its epoch where it gives no other. */
export function stepOf({ step, epoch }: CheckpointSummary, clock: EpochClock): number | null {
  if (step && !isWeakStep(step)) return step.value;
  return epoch ? clock.stepAt(epoch.value + clock.shift) : null;
}

export interface ValueAt {
  readonly value: number;
  /** Of the point it was taken from. */
  readonly step: number;
  readonly index: number;
}

/**
 * The last point at or before a position. `null` when it lies further back than the series leaves
 * between its points: a metric that was no longer logged says nothing of a later checkpoint.
 */
export function valueAt(series: RunSeries, position: number): ValueAt | null {
  const { steps, values } = series.current;
  const index = countUpTo(steps, position) - 1;
  const step = steps[index];
  const value = values[index];
  if (step === undefined || value === undefined) return null;
  return position - step <= reachOf(steps) ? { value, step, index } : null;
}

/** Half as much again as the usual distance, and at least one step: some count from 0. */
function reachOf(steps: Float64Array): number {
  const distances = Float64Array.from(
    steps.subarray(1),
    (step, i) => step - (steps[i] ?? 0),
  ).sort();
  return Math.max(1, 1.5 * (distances[distances.length >> 1] ?? 0));
}
