import type { Series, XAxis } from '#domain/history.ts';
import { type EpochMap, xOf } from '#domain/x-axis.ts';
import { countsEpochs } from '#runs/at-checkpoint.ts';
import { findSeries, type RunSeries } from '#runs/run-series.ts';
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
  return xOf({ ...series.drawn, epochs: own }, axis, { epochs: map, process: model.process });
}

/** A branch that a restart left, and the places of its points on the axis of its series. */
export interface PlacedGhost {
  readonly x: Series['steps'];
  readonly values: Series['values'];
}

/** What restarts superseded of a series, where it stands on an axis. */
export function placedGhosts(model: RunModel, series: RunSeries, axis: XAxis): PlacedGhost[] {
  const start = series.drawn.times.find(Number.isFinite);
  return series.ghosts.flatMap((ghost) => {
    const { own, map } = epochsOf(model, { ...series, drawn: ghost });
    const places = { epochs: map, process: model.process, start };
    const x = xOf({ ...ghost, epochs: own }, axis, places);
    return x ? [{ x, values: ghost.values }] : [];
  });
}

function repeats(epochs: Float64Array): boolean {
  return epochs.length > 1 && epochs[0] === epochs[1];
}

/**
 * Models in which one metric is counted alike: where some runs log it by the step and others by the
 * epoch, a common axis of steps would set epoch 12 beside step 12. Epochs become the steps they ended at;
 * a run of which these are not known stays as it is.
 */
export function countAlike(models: readonly RunModel[], tag: string): readonly RunModel[] {
  const counts = models.map((model) => {
    const series = findSeries(model.series, tag);
    return series && countsEpochs(series, model.clock);
  });
  const isMixed = counts.includes(true) && counts.includes(false);
  return isMixed
    ? models.map((model, i) => (counts[i] === true ? inSteps(model, tag) : model))
    : models;
}

function inSteps(model: RunModel, tag: string): RunModel {
  const { clock } = model;
  if (!clock.knowsSteps) return model;
  const toSteps = (series: Series): Series => ({
    ...series,
    steps: series.steps.map((label) => clock.stepAt(label) ?? Number.NaN),
    epochs: series.steps,
  });
  const found = findSeries(model.series, tag);
  const epochTags = new Set([...clock.epochTags].filter((one) => one !== found?.tag));
  return {
    ...model,
    clock: { ...clock, epochTags },
    series: model.series.map((one) =>
      one === found
        ? {
            ...one,
            unit: 'step',
            drawn: toSteps(one.drawn),
            ghosts: one.ghosts.map(toSteps),
            current: toSteps(one.current),
          }
        : one,
    ),
  };
}
