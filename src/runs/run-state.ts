import { metricKind } from '#domain/metric-kind.ts';
import type { RunState } from '#domain/run-state.ts';
import type { RunSeries } from './run-series.ts';

/** A loss that ends in values that are not finite. */
export interface Divergence {
  readonly series: RunSeries;
  /** The first of its steps whose value is not finite. */
  readonly step: number;
}

/**
 * `diverged` when a loss ends in values that are not finite; `step` is then the first of all its steps
 * that is so, on the loss that was logged most often. One that came back, as after a skipped step, is none.
 */
export function standingOf(series: readonly RunSeries[]): RunState {
  const nothing = { by: 'nothing' } as const;
  if (series.length === 0) return { kind: 'empty', step: null, reason: nothing, remarks: [] };
  const divergence = divergenceOf(series);
  if (!divergence) return { kind: 'finished', step: null, reason: nothing, remarks: [] };
  const { tag, current } = divergence.series;
  const reason = { by: 'nonfinite', tag, value: current.values.at(-1) ?? Number.NaN } as const;
  return { kind: 'diverged', step: divergence.step, reason, remarks: [] };
}

export function divergenceOf(series: readonly RunSeries[]): Divergence | null {
  const diverged = series
    .filter(({ tag }) => metricKind(tag).measures === 'loss')
    .filter(({ current }) => !Number.isFinite(current.values.at(-1) ?? 0))
    .sort((a, b) => rank(b) - rank(a));
  const [finest] = diverged;
  if (!finest) return null;
  const { steps, values } = finest.current;
  const first = values.findIndex((value) => !Number.isFinite(value));
  return { series: finest, step: steps[first] ?? 0 };
}

/** Steps before epochs, then the one with most points. */
function rank({ unit, current }: RunSeries): number {
  return (unit === 'step' ? 1e12 : 0) + current.steps.length;
}
