import type { Series, XAxis } from './history.ts';
import { FIRST_DATE, type ProcessClock } from './process-clock.ts';
import { countUpTo } from './series.ts';

/** The epoch at any step of a run, from a series that has both. */
export type EpochMap = (step: number) => number;

/** How trainers name the epoch where they log it as a metric: `epoch`, `train/epoch`. */
const EPOCH_TAG = /(^|\/)epoch$/;

/** What a run tells of the places of its points. */
export interface RunPlaces {
  /** Epochs by step, where a series has none of its own. */
  readonly epochs: EpochMap | null;
  /** Asked only for the axis that needs it. */
  readonly process: () => ProcessClock | null;
  /** The time of the first point, where it is not among those placed. */
  readonly start?: number | undefined;
}

/** Which x axes a series can be drawn over. `epochs`: those of its run, if any are known. */
export function axesOf(series: Series, epochs: EpochMap | null): XAxis[] {
  const axes: XAxis[] = ['step'];
  if (series.epochs.some(Number.isFinite) || epochs) axes.push('epoch');
  const time = firstFinite(series.times);
  if (time !== undefined) axes.push('relative');
  if (time !== undefined && time >= FIRST_DATE) axes.push('wall');
  if (time !== undefined && (time >= FIRST_DATE || isRising(series.times))) axes.push('process');
  return axes;
}

/**
 * The place of every point on an axis; `null` when its log cannot tell. A single point that has none is
 * `NaN`. Epochs are the series' own; those of the run stand in where it has none.
 */
export function xOf(
  series: Series,
  axis: XAxis,
  { epochs, process, start }: RunPlaces,
): Float64Array<ArrayBuffer> | null {
  const time = firstFinite(series.times);
  switch (axis) {
    case 'step':
      return series.steps;
    case 'epoch':
      if (series.epochs.some(Number.isFinite)) return series.epochs;
      return epochs && series.steps.map(epochs);
    case 'relative':
      return time === undefined ? null : series.times.map((at) => at - (start ?? time));
    case 'process': {
      const clock = time === undefined ? null : process();
      return clock && series.times.map(clock);
    }
    case 'wall':
      return time === undefined || time < FIRST_DATE ? null : series.times;
  }
}

/**
 * Epochs by step, interpolated between the points of the series that knows most of them, and held before
 * its first and after its last. `null` when no series has epochs beside its steps.
 */
export function epochMap(all: readonly Series[]): EpochMap | null {
  const candidates = all
    .map((series) => (EPOCH_TAG.test(series.tag) ? { ...series, epochs: series.values } : series))
    .filter(({ steps, epochs }) =>
      epochs.some((epoch, i) => Number.isFinite(epoch) && epoch !== steps[i]),
    );
  const best = candidates.reduce<Series | undefined>(
    (most, one) => (most && most.steps.length >= one.steps.length ? most : one),
    undefined,
  );
  return best ? interpolated(best) : null;
}

/** A straight line between neighbours by step; of several points at one step, the last logged counts. */
function interpolated({ steps, epochs }: Series): EpochMap {
  const bySteps = new Map<number, number>();
  for (const [i, step] of steps.entries()) {
    const epoch = epochs[i] as number;
    if (Number.isFinite(epoch)) bySteps.set(step, epoch);
  }
  const sorted = Float64Array.from(bySteps.keys()).sort();
  const known = sorted.map((step) => bySteps.get(step) as number);
  return (step) => {
    const next = countUpTo(sorted, step);
    const [from = 0, to = 0] = [known[next - 1] ?? known[next], known[next] ?? known[next - 1]];
    if (from === to) return from;
    const [before, after] = [sorted[next - 1] as number, sorted[next] as number];
    return from + ((to - from) * (step - before)) / (after - before);
  };
}

function isRising(times: Float64Array): boolean {
  return times.every((time, i) => !(time < (times[i - 1] ?? Number.NEGATIVE_INFINITY)));
}

function firstFinite(column: Float64Array): number | undefined {
  return column.find(Number.isFinite);
}
