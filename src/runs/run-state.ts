import { metricKind } from '#domain/metric-kind.ts';
import type { RunSeries } from './run-series.ts';

/** Where a training stands, from its files alone. */
export interface RunStanding {
  readonly kind: 'finished' | 'diverged' | 'empty';
  /** The first step whose loss is not finite. */
  readonly step: number | null;
}

/**
 * `diverged` when a loss ends in values that are not finite; `step` is then the first of all its steps
 * that is so, on the loss that was logged most often. One that came back, as after a skipped step, is none.
 */
export function standingOf(series: readonly RunSeries[]): RunStanding {
  if (series.length === 0) return { kind: 'empty', step: null };
  const diverged = series
    .filter(({ tag }) => metricKind(tag).measures === 'loss')
    .filter(({ current }) => !Number.isFinite(current.values.at(-1) ?? 0))
    .sort((a, b) => rank(b) - rank(a));
  const [finest] = diverged;
  if (!finest) return { kind: 'finished', step: null };
  const { steps, values } = finest.current;
  const first = values.findIndex((value) => !Number.isFinite(value));
  return { kind: 'diverged', step: steps[first] ?? null };
}

/** Steps before epochs, then the one with most points. */
function rank({ unit, current }: RunSeries): number {
  return (unit === 'step' ? 1e12 : 0) + current.steps.length;
}
