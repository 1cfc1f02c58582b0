import type { Series, XAxis } from '#domain/history.ts';
import { type EpochMap, xOf } from '#domain/x-axis.ts';
import { countsEpochs } from '#runs/at-checkpoint.ts';
import type { RunSeries } from '#runs/run-series.ts';
import type { RunModel } from './reader-model.ts';

interface Epochs {
  /** Of each point; empty when the series has none of its own. */
  readonly own: Series['epochs'];
  /** Of any step; `null` when nothing tells. */
  readonly map: EpochMap | null;
}

/** The epochs of a series: its own, or those of its run's clock. */
export function epochsOf({ clock }: RunModel, series: RunSeries): Epochs {
  if (countsEpochs(series, clock)) return { own: series.drawn.steps, map: null };
  const map = clock.knowsSteps ? (step: number) => clock.labelAt(step) ?? Number.NaN : null;
  const { epochs } = series.drawn;
  // Many points of one epoch would stand on one line: their steps tell where in the epoch they were.
  return { own: map && repeats(epochs) ? new Float64Array() : epochs, map };
}

/** The place of every drawn point on an axis; `null` when its log cannot tell. */
export function placesOf(model: RunModel, series: RunSeries, axis: XAxis): Series['steps'] | null {
  const { own, map } = epochsOf(model, series);
  return xOf({ ...series.drawn, epochs: own }, axis, map);
}

function repeats(epochs: Float64Array): boolean {
  return epochs.length > 1 && epochs[0] === epochs[1];
}
