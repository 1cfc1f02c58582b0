import type { CheckpointSummary } from '#domain/summary.ts';
import { longest, stepsByTime } from './reference-series.ts';
import type { RunSeries } from './run-series.ts';

/**
 * The series whose steps are epochs: those whose log says so, and those that count 1, 2, 3 … (or from
 * 0) while another series shows by its times, or by its length, that training took more steps than that.
 */
export function epochSeries(
  series: readonly RunSeries[],
  checkpoints: readonly CheckpointSummary[],
): RunSeries[] {
  const reference = longest(series.filter(({ unit }) => unit === 'step'));
  return series.filter((one) => isByEpoch(one, reference, checkpoints));
}

function isByEpoch(
  one: RunSeries,
  reference: RunSeries | undefined,
  checkpoints: readonly CheckpointSummary[],
): boolean {
  if (one.unit === 'epoch') return true;
  if (!isCounting(one)) return false;
  if (/(?:^|\/)epoch_/.test(one.tag)) return true;
  if (!reference || (isCounting(reference) && sameRange(one, reference))) {
    return matchesEpochsOnly(one, checkpoints);
  }
  const last = one.current.steps.at(-1) ?? 0;
  const byTime = last === 0 ? null : stepsByTime(one, reference);
  if (byTime) return (byTime.at(-1) ?? 0) > MIN_RATIO * Math.max(1, last);
  const total = reference.current.steps.at(-1) ?? 0;
  const length = one.current.steps.length;
  return length > 1 && total >= MIN_RATIO * last && total % length === 0;
}

/** An epoch of fewer steps than this is not told from logging now and then. */
const MIN_RATIO = 1.5;

/** 1, 2, 3 … or 0, 1, 2 … */
function isCounting({ current: { steps } }: RunSeries): boolean {
  const [first = Number.NaN] = steps;
  return (first === 0 || first === 1) && steps.every((step, i) => step === first + i);
}

function sameRange(a: RunSeries, b: RunSeries): boolean {
  return a.current.steps.at(-1) === b.current.steps.at(-1);
}

/**
 * Nothing counts steps, and the checkpoints give epochs alone, about as many as the log has: with twice
 * as many points they would be steps.
 */
function matchesEpochsOnly(
  { current: { steps } }: RunSeries,
  checkpoints: readonly CheckpointSummary[],
): boolean {
  const epochs = checkpoints.flatMap(({ epoch }) => (epoch ? [epoch.value] : []));
  const stepless = checkpoints.every(({ step }) => step === null);
  if (epochs.length === 0 || !stepless) return false;
  const logged = steps.at(-1) ?? 0;
  const saved = Math.max(...epochs);
  return saved <= logged + 1 && logged <= 2 * saved + 1;
}
