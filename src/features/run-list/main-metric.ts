import type { MetricInfo } from '#workers/api.ts';

/** The metric that tells most about a run. */
export function mainMetric(metrics: readonly MetricInfo[]): MetricInfo | null {
  return metrics[0] ?? null;
}
