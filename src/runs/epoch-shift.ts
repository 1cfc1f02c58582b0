import type { CheckpointSummary } from '#domain/summary.ts';
import type { RunSeries } from './run-series.ts';
import { metricsInName } from './step-of.ts';

/**
 * What to add to the epoch of a checkpoint to get that of the log: −1, 0 or 1.
 *
 * A metric in a checkpoint's name that is the log's value at one of them decides. Else: Keras counts
 * from 1 in names and from 0 in logs; where the epochs of one run past the other's at one end and
 * leave it free at the other, they are counted from different numbers; else they are the same.
 *
 * @see https://github.com/keras-team/keras/blob/master/keras/src/callbacks/model_checkpoint.py `epoch + 1`
 */
export function epochShift(
  series: readonly RunSeries[],
  byEpoch: readonly RunSeries[],
  checkpoints: readonly CheckpointSummary[],
): number {
  const labelled = labelledSeries(series, byEpoch);
  const epochs = checkpoints.flatMap(({ epoch }) => (epoch ? [epoch.value] : []));
  if (labelled.length === 0 || epochs.length === 0) return 0;
  const voted = vote(labelled, checkpoints);
  if (voted !== null) return voted;
  const labels = labelled.flatMap(({ labels: all }) => [all[0] ?? 0, all.at(-1) ?? 0]);
  const log = { first: Math.min(...labels), last: Math.max(...labels) };
  const saved = { first: Math.min(...epochs), last: Math.max(...epochs) };
  if (log.first === 0 && saved.first > 0) {
    return isKeras(checkpoints) || saved.last === log.last + 1 ? -1 : 0;
  }
  return log.first === 1 && saved.first === 0 && saved.last === log.last - 1 ? 1 : 0;
}

interface Labelled {
  readonly labels: Float64Array;
  readonly values: Float64Array;
}

function labelledSeries(
  series: readonly RunSeries[],
  byEpoch: readonly RunSeries[],
): readonly Labelled[] {
  const own = byEpoch.map(({ current }) => ({ labels: current.steps, values: current.values }));
  const columns = series
    .filter(({ unit, current }) => unit === 'step' && current.epochs.length > 0)
    .map(({ current }) => ({ labels: current.epochs, values: current.values }));
  return [...own, ...columns];
}

function isKeras(checkpoints: readonly CheckpointSummary[]): boolean {
  return checkpoints.every(
    ({ framework, ref }) => framework === 'keras' || /\.(?:keras|h5)$/.test(ref.path),
  );
}

const SHIFTS = [0, -1, 1];

/** The shift that most of the metrics in names fit, and no other does as well. */
function vote(
  series: readonly Labelled[],
  checkpoints: readonly CheckpointSummary[],
): number | null {
  const votes = SHIFTS.map((shift) => ({
    shift,
    count: checkpoints.filter((summary) => fits(series, summary, shift)).length,
  })).sort((a, b) => b.count - a.count);
  const [first, second] = votes;
  return first && second && first.count > second.count ? first.shift : null;
}

function fits(series: readonly Labelled[], summary: CheckpointSummary, shift: number): boolean {
  const label = (summary.epoch?.value ?? Number.NaN) + shift;
  return metricsInName(summary.ref.path).some(({ value, digits }) =>
    series.some(({ labels, values }) => {
      const logged = values[labels.lastIndexOf(label)];
      return logged !== undefined && Math.abs(logged - value.value) <= 0.51 * 10 ** -digits;
    }),
  );
}
