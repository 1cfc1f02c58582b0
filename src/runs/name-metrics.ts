import type { CheckpointSummary } from '#domain/summary.ts';
import { positionOn, valueAt } from './at-checkpoint.ts';
import type { EpochClock } from './clock.ts';
import type { RunSeries } from './run-series.ts';
import { metricsInName, UNNAMED_METRIC } from './step-of.ts';

/**
 * Rows in which a number that a name gives without saying of what, as in `05-0.627.keras`, is called by
 * the metric that was logged with these values, where there is exactly one.
 */
export function nameMetrics(
  checkpoints: readonly CheckpointSummary[],
  series: readonly RunSeries[],
  clock: EpochClock,
): readonly CheckpointSummary[] {
  const unnamed = checkpoints.filter(hasUnnamed);
  if (unnamed.length === 0) return checkpoints;
  const fitting = series.filter((one) => unnamed.every((summary) => fits(one, summary, clock)));
  const tags = new Set(fitting.map(({ tag }) => tag));
  const [tag] = tags;
  if (tag === undefined || !sameValues(fitting)) return checkpoints;
  return checkpoints.map((summary) => ({
    ...summary,
    metrics: summary.metrics.map((metric) =>
      metric.tag === UNNAMED_METRIC ? { ...metric, tag } : metric,
    ),
  }));
}

function hasUnnamed({ metrics }: CheckpointSummary): boolean {
  return metrics.some(({ tag }) => tag === UNNAMED_METRIC);
}

function fits(series: RunSeries, summary: CheckpointSummary, clock: EpochClock): boolean {
  const position = positionOn(series, summary, clock);
  const logged = position === null ? undefined : valueAt(series, position)?.value;
  const named = metricsInName(summary.ref.path).find(({ tag }) => tag === null);
  if (logged === undefined || !named) return false;
  return Math.abs(logged - named.value.value) <= 0.51 * 10 ** -named.digits;
}

/** Keras logs the same metric to a CSV and to TensorBoard, under two names. */
function sameValues(fitting: readonly RunSeries[]): boolean {
  const [first, ...others] = fitting.map(({ current }) => current.values);
  return others.every(
    (values) =>
      values.length === first?.length &&
      values.every((value, i) => Math.abs(value - (first[i] ?? 0)) <= 1e-6 * Math.abs(value)),
  );
}
