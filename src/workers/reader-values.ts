import { stepFinder } from '#domain/series.ts';
import type { ValueAt, ValuesAtRequest } from './api.ts';
import { countAlike, placesOf } from './reader-axis.ts';
import type { RunModel } from './reader-model.ts';

/**
 * A metric of each run at one place of an axis: the nearest point at or before it. Runs that have no such metric, no
 * place on the axis, or no point before it are left out. On the step axis, what some runs log by the step and
 * others by the epoch is brought to steps, as for their curves.
 */
export function valuesAt(
  models: readonly RunModel[],
  { tag, axis, at }: ValuesAtRequest,
): ValueAt[] {
  const alike = axis === 'step' ? countAlike(models, tag) : models;
  return alike.flatMap((model) => {
    const series = model.series.find((one) => one.tag === tag);
    const places = series && placesOf(model, series, axis);
    if (!series || !places) return [];
    const index = stepFinder(places)(at);
    const value = series.drawn.values[index];
    const step = series.drawn.steps[index];
    return value === undefined || step === undefined ? [] : [{ run: model.run.path, value, step }];
  });
}
