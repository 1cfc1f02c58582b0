import type { Series } from '#domain/history.ts';
import { percentiles } from '#domain/percentile.ts';
import { countUpTo, stepFinder } from '#domain/series.ts';
import { smooth } from '#domain/smooth.ts';
import { pick, thin } from '#domain/thin.ts';
import { countsEpochs, positionOn, stepOf, valueAt } from '#runs/at-checkpoint.ts';
import { findSeries, type RunSeries } from '#runs/run-series.ts';
import type { Line, LinesRequest, Mark } from './api.ts';
import { type PlacedGhost, placedGhosts, placesOf } from './reader-axis.ts';
import type { RunModel } from './reader-model.ts';

/** The curves of a metric over one span of x, thinned to the pixels; runs without it, or without that axis, left out. */
export function linesOf(models: readonly RunModel[], request: LinesRequest): Line[] {
  const curves = models.flatMap((model) => {
    const series = findSeries(model.series, request.tag);
    const x = series && placesOf(model, series, request.axis);
    return series && x ? [{ model, series, x }] : [];
  });
  // Lines of one plot share its pixel columns: each over its own span would be thinned to other columns.
  const span = spanOf(
    curves.map(({ x }) => x),
    request,
  );
  return curves.map((curve) => lineOf(curve, request, span));
}

interface Curve {
  readonly model: RunModel;
  readonly series: RunSeries;
  readonly x: Series['steps'];
}

type Span = readonly [number, number];

function lineOf({ model, series, x }: Curve, request: LinesRequest, span: Span): Line {
  const { values, steps } = series.drawn;
  const { logX, y } = request;
  const raw = thin(x, values, { range: span, width: request.width, logX, logY: y === 'log' });
  return {
    run: model.run.path,
    x: raw.x,
    y: raw.y,
    steps: pick(steps, raw.index),
    ...smoothed({ x, values }, request, span),
    ...ghostOf(placedGhosts(model, series, request.axis), request, span),
    ghosts: rewritten(series),
    robust: request.robust ? middle(x, values, span) : null,
    span,
    total: countIn(x, span),
    nonpositive: y === 'log' ? countNonpositive(x, values, span) : 0,
    unplaced: logX ? countUnplaced(x) : 0,
    marks: marksOf(model, series, x),
  };
}

interface Points {
  readonly x: Series['steps'];
  readonly values: Series['values'];
}

function smoothed(
  { x, values }: Points,
  { smoothing, width, logX, y }: LinesRequest,
  range: Span,
): Pick<Line, 'smoothX' | 'smoothY'> {
  const all = smooth(values, smoothing);
  if (all === values) return { smoothX: new Float64Array(), smoothY: new Float64Array() };
  const thinned = thin(x, all, { range, width, logX, logY: y === 'log' });
  return { smoothX: thinned.x, smoothY: thinned.y };
}

/** Branches one after the other, with a point without a value between them: the line breaks there. */
function ghostOf(
  ghosts: readonly PlacedGhost[],
  { width, logX, y }: LinesRequest,
  range: Span,
): Pick<Line, 'ghostX' | 'ghostY'> {
  const xs: number[] = [];
  const ys: number[] = [];
  for (const { x, values } of ghosts) {
    const thinned = thin(x, values, { range, width, logX, logY: y === 'log' });
    if (xs.length > 0 && thinned.x.length > 0) {
      xs.push(thinned.x[0] as number);
      ys.push(Number.NaN);
    }
    for (const [i, at] of thinned.x.entries()) {
      xs.push(at);
      ys.push(thinned.y[i] as number);
    }
  }
  return { ghostX: Float64Array.from(xs), ghostY: Float64Array.from(ys) };
}

function rewritten({ ghosts }: RunSeries): Line['ghosts'] {
  const steps = ghosts.map((ghost) => ghost.steps);
  const count = steps.reduce((sum, { length }) => sum + length, 0);
  return count > 0 ? { count, since: Math.min(...steps.map(leastOf)) } : undefined;
}

function leastOf(steps: Series['steps']): number {
  return endsAbove(steps, Number.NEGATIVE_INFINITY)[0];
}

/** What an axis leaves out that is made for most of the values. */
const ROBUST = [0.02, 0.98] as const;

function middle(x: Series['steps'], values: Series['values'], [from, to]: Span) {
  const inSight = values.filter((_, i) => (x[i] as number) >= from && (x[i] as number) <= to);
  const [low, high] = percentiles(inSight, ROBUST) ?? [];
  return low === undefined || high === undefined ? null : ([low, high] as const);
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

/** What is asked for, or all there is; on a logarithmic axis, as far as it is above zero. */
export function spanOf(
  columns: readonly Series['steps'][],
  { range, logX }: Pick<LinesRequest, 'range' | 'logX'>,
): Span {
  if (range && (range[0] > 0 || !logX)) return range;
  const [least, most] = extent(columns, logX);
  if (!range) return [least, most];
  return range[1] > least ? [least, range[1]] : [least, most];
}

function extent(columns: readonly Series['steps'][], isLog: boolean): Span {
  const floor = isLog ? 0 : Number.NEGATIVE_INFINITY;
  const ends = columns.map((x) => endsAbove(x, floor));
  const least = ends.reduce((one, [end]) => Math.min(one, end), Number.POSITIVE_INFINITY);
  const most = ends.reduce((one, [, end]) => Math.max(one, end), Number.NEGATIVE_INFINITY);
  if (least < most) return [least, most];
  if (least > most) return isLog ? [0.1, 1] : [0, 1];
  // A single place gets room on both sides.
  return isLog ? [least / 2, least * 2] : [least - 0.5, least + 0.5];
}

function endsAbove(x: Series['steps'], floor: number): Span {
  if (isAscending(x)) {
    const first = x[floor === Number.NEGATIVE_INFINITY ? 0 : countUpTo(x, floor)];
    return first === undefined
      ? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      : [first, x.at(-1) as number];
  }
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    const place = x[i] as number;
    if (place > floor && place < least) least = place;
    if (place > floor && place > most) most = place;
  }
  return [least, most];
}

/** What was found of columns that are asked for again and again, while a person zooms. */
const ascending = new WeakMap<Float64Array, boolean>();

function isAscending(x: Series['steps']): boolean {
  const known = ascending.get(x);
  if (known !== undefined) return known;
  let is = !Number.isNaN(x[0]);
  for (let i = 1; is && i < x.length; i++) is = (x[i - 1] as number) <= (x[i] as number);
  ascending.set(x, is);
  return is;
}

function countUnplaced(x: Series['steps']): number {
  let count = 0;
  for (const place of x) if (place <= 0) count++;
  return count;
}

function countIn(x: Series['steps'], [from, to]: readonly [number, number]): number {
  if (isAscending(x)) return countUpTo(x, to) - countBelow(x, from);
  let count = 0;
  for (const place of x) if (place >= from && place <= to) count++;
  return count;
}

function countBelow(x: Series['steps'], limit: number): number {
  let count = countUpTo(x, limit);
  while (count > 0 && x[count - 1] === limit) count--;
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
