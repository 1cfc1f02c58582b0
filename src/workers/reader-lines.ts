import type { Series } from '#domain/history.ts';
import { stepFinder } from '#domain/series.ts';
import { smooth } from '#domain/smooth.ts';
import { thin } from '#domain/thin.ts';
import { countsEpochs, positionOn, stepOf, valueAt } from '#runs/at-checkpoint.ts';
import type { RunSeries } from '#runs/run-series.ts';
import type { Line, LinesRequest, Mark } from './api.ts';
import { placesOf } from './reader-axis.ts';
import type { RunModel } from './reader-model.ts';

/** A run's curve, thinned to the pixels; `null` when it has no such metric, or no place on the axis. */
export function lineOf(model: RunModel, request: LinesRequest): Line | null {
  const series = model.series.find(({ tag }) => tag === request.tag);
  const x = series && placesOf(model, series, request.axis);
  if (!series || !x) return null;
  const { values, steps } = series.drawn;
  const range = request.range ?? extent(x);
  const options = { range, width: request.width, logY: request.y === 'log' };
  const raw = thin(x, values, options);
  return {
    run: model.run.path,
    x: raw.x,
    y: raw.y,
    steps: Float64Array.from(raw.index, (i) => steps[i] ?? Number.NaN),
    ...smoothed(x, values, request),
    ghostX: new Float64Array(),
    ghostY: new Float64Array(),
    robust: null,
    total: countIn(x, range),
    nonpositive: request.y === 'log' ? countNonpositive(x, values, range) : 0,
    marks: marksOf(model, series, x),
  };
}

function smoothed(
  x: Series['steps'],
  values: Series['values'],
  { smoothing, range, width, y }: LinesRequest,
): Pick<Line, 'smoothX' | 'smoothY'> {
  const all = smooth(values, smoothing);
  if (all === values) return { smoothX: new Float64Array(), smoothY: new Float64Array() };
  const thinned = thin(x, all, { range: range ?? extent(x), width, logY: y === 'log' });
  return { smoothX: thinned.x, smoothY: thinned.y };
}

/** Where the checkpoints of the run stand on a curve; those that have no place on it are left out. */
function marksOf(model: RunModel, series: RunSeries, x: Series['steps']): Mark[] {
  const { clock, checkpoints } = model;
  const place = placing(model, series, x);
  return checkpoints.flatMap((summary) => {
    const position = positionOn(series, summary, clock);
    if (position === null) return [];
    const at = place(position);
    if (at === null || !Number.isFinite(at)) return [];
    return [
      {
        checkpoint: summary.ref.path,
        step: stepOf(summary, clock),
        epoch: summary.epoch?.value ?? null,
        x: at,
        y: valueAt(series, position)?.value ?? null,
      },
    ];
  });
}

/** From a position on the steps of a series to the axis, between its points along a straight line. */
function placing(
  model: RunModel,
  series: RunSeries,
  x: Series['steps'],
): (position: number) => number | null {
  const { steps } = series.drawn;
  if (x === steps) return (position) => position;
  if (countsEpochs(series, model.clock) && steps.every((step, i) => step === x[i])) {
    return (position) => position;
  }
  const find = stepFinder(steps);
  return (position) => {
    const i = find(position);
    const [before, after] = [x[i], x[i + 1]];
    if (before === undefined) return null;
    const [from, to] = [steps[i] ?? 0, steps[i + 1] ?? 0];
    if (after === undefined || !(to > from)) return before;
    return before + ((after - before) * (position - from)) / (to - from);
  };
}

function extent(x: Series['steps']): readonly [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const place of x) {
    if (place < least) least = place;
    if (place > most) most = place;
  }
  return least <= most ? [least, most] : [0, 1];
}

function countIn(x: Series['steps'], [from, to]: readonly [number, number]): number {
  let count = 0;
  for (const place of x) if (place >= from && place <= to) count++;
  return count;
}

function countNonpositive(
  x: Series['steps'],
  values: Series['values'],
  [from, to]: readonly [number, number],
): number {
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    const place = x[i] as number;
    const value = values[i] as number;
    if (place >= from && place <= to && Number.isFinite(value) && value <= 0) count++;
  }
  return count;
}
