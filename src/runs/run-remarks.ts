import { median, medianSmooth } from '#domain/median.ts';
import { mainMetric, metricKind } from '#domain/metric-kind.ts';
import type { RunRemark } from '#domain/run-state.ts';
import { courseOf } from './course.ts';
import type { RunSeries } from './run-series.ts';

/** Fewer points tell nothing. */
const MIN_POINTS = 10;

/** Restarts told; more say nothing more. */
const MAX_RESTARTS = 5;

/** What is worth a quiet word beside the state of a run. */
export function remarksOf(series: readonly RunSeries[]): readonly RunRemark[] {
  const overfitting = overfittingOf(series);
  const plateau = overfitting ? null : plateauOf(series);
  return [
    ...(overfitting ? [overfitting] : []),
    ...(plateau ? [plateau] : []),
    ...restartsOf(series),
  ];
}

/** Those of the metric that tells most of them, the one with most points where several do. */
function restartsOf(series: readonly RunSeries[]): RunRemark[] {
  const [told] = [...series].sort(
    (a, b) => b.restarts.length - a.restarts.length || b.all.steps.length - a.all.steps.length,
  );
  const restarts = told?.restarts.slice(-MAX_RESTARTS) ?? [];
  return restarts.map(({ at, until }) => ({ kind: 'restarted', at, until }));
}

/** The part of the whole improvement by which the best may still move on a plateau. */
const PLATEAU_CHANGE = 0.005;
/** Points that a plateau has at least, and the part of all. */
const PLATEAU_POINTS = 20;
const PLATEAU_SHARE = 1 / 3;

/**
 * The main metric has stopped getting better: its best, of medians over a twentieth of the points, has moved by
 * less than 0.5 % of the whole improvement for at least 20 points and a third of all.
 */
function plateauOf(series: readonly RunSeries[]): RunRemark | null {
  const tag = mainMetric(series.map((one) => one.tag));
  const main = series.find((one) => one.tag === tag);
  const better = tag === null ? null : metricKind(tag).better;
  if (!main || tag === null || better === null) return null;
  const { steps, values, each } = courseOf(main.current);
  const count = values.length;
  if (count < PLATEAU_POINTS / PLATEAU_SHARE || !values.every(Number.isFinite)) return null;
  const sign = better === 'lower' ? 1 : -1;
  const width = Math.max(5, Math.ceil(count / 20));
  const smooth = medianSmooth(
    values.map((value) => sign * value),
    width,
  );
  const best = smooth.reduce((least, value) => Math.min(least, value));
  const whole = (smooth[0] ?? 0) - best;
  if (!(whole > 0)) return null;
  const since = smooth.findIndex((value) => value - best <= PLATEAU_CHANGE * whole);
  const points = count - since;
  if (points < Math.max(PLATEAU_POINTS, PLATEAU_SHARE * count)) return null;
  return {
    kind: 'plateau',
    tag,
    since: steps[since] ?? 0,
    points: Math.round(points * each),
    change: PLATEAU_CHANGE,
  };
}

/** How far a validation loss must have risen, as a part of its best, and in units of its noise. */
const RISE = 0.05;
const NOISE = 3;
/** Points after the best, at least, and the part of all. */
const RISING_POINTS = 5;
const RISING_SHARE = 0.15;
/** The part of them that must be above the best. */
const ABOVE = 0.9;
/** How much of a trend they must have, as Kendall's τ. */
const TREND = 0.3;
/** How much better training must have become since. */
const FALL = 0.01;

/**
 * A validation loss has risen from its best while the training loss went on falling: after the best of its
 * medians there are at least 5 points and 15 % of all, nine in ten of them above it, and the last are above by 5 %
 * and by 3 times the usual distance of neighbours, with a trend (Kendall's τ above 0.3); the training loss has
 * fallen by 1 % since.
 */
function overfittingOf(all: readonly RunSeries[]): RunRemark | null {
  const losses = all.filter(({ tag }) => metricKind(tag).measures === 'loss');
  const training = losses.filter(({ tag }) => {
    const { split } = metricKind(tag);
    return split === 'train' || split === null;
  });
  for (const series of losses) {
    if (metricKind(series.tag).split !== 'validation') continue;
    const rise = riseOf(series);
    if (rise && training.some((one) => hasFallen(one, rise.part)))
      return {
        kind: 'overfitting',
        tag: series.tag,
        since: rise.since,
        best: rise.best,
        now: rise.now,
      };
  }
  return null;
}

interface Rise {
  readonly since: number;
  /** Where in the training that is, of 1. */
  readonly part: number;
  readonly best: number;
  readonly now: number;
}

function riseOf({ current }: RunSeries): Rise | null {
  const { steps, values } = courseOf(current);
  const count = values.length;
  if (count < MIN_POINTS || !values.every(Number.isFinite)) return null;
  const smooth = medianSmooth(values, count < 30 ? 3 : Math.ceil(count / 10));
  const noise = median(
    values.subarray(1).map((value, i) => Math.abs(value - (values[i] as number))),
  );
  const best = smooth.reduce((least, value) => Math.min(least, value));
  const at = smooth.indexOf(best);
  const after = smooth.subarray(at + 1);
  if (after.length < Math.max(RISING_POINTS, RISING_SHARE * count)) return null;
  const now = median(values.subarray(-Math.max(3, Math.ceil(after.length / 5))));
  const above = after.filter((value) => value > best).length / after.length;
  const isRisen = now - best > Math.max(RISE * Math.abs(best), NOISE * noise);
  const last = steps.at(-1) ?? 0;
  if (!isRisen || above < ABOVE || !(last > 0)) return null;
  if (concordance(values.subarray(at + 1)) < TREND) return null;
  const since = steps[at] ?? 0;
  return { since, part: since / last, best, now };
}

/** Kendall's τ against the order: 1 when each is above all before it, about 0 for noise. */
function concordance(values: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < values.length; i++) {
    for (let j = 0; j < i; j++) sum += Math.sign((values[i] as number) - (values[j] as number));
  }
  return sum / ((values.length * (values.length - 1)) / 2);
}

/** Whether a training loss is lower at its end than at a part of its course. */
function hasFallen({ current: { values } }: RunSeries, part: number): boolean {
  const count = values.length;
  if (count < MIN_POINTS) return false;
  const width = Math.max(3, Math.ceil(count / 20));
  const at = Math.round(part * (count - 1));
  const then = median(values.subarray(Math.max(0, at - (width >> 1)), at + (width >> 1) + 1));
  return median(values.subarray(-width)) < then - FALL * Math.abs(then);
}
