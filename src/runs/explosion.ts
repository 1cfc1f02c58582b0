import { median, medianSmooth } from '#domain/median.ts';
import { metricKind } from '#domain/metric-kind.ts';
import { courseOf } from './course.ts';
import type { RunSeries } from './run-series.ts';

/** A loss that has left its course and did not come back. */
export interface Explosion {
  readonly series: RunSeries;
  /** The first from which on it has stayed above. */
  readonly step: number;
  /** The least of its last values, as a multiple of `best`. */
  readonly times: number;
  readonly best: number;
}

/** Fewer points tell nothing. */
const MIN_POINTS = 20;

/** Losses of players against each other, or of a policy whose returns grow: they rise when all goes well. */
const CONTESTED =
  /(?:^|[/_.\s-])(?:gan|gen|generator|disc|discriminator|adv|adversarial|critic|actor|policy|value|vf|pg|td|q|qf\d?|d|g|reward|rewards|rew|return|episode|ep|rollout|kl|entropy)(?=$|[/_.\s\d-])/i;

/** Beyond this multiple of where it began and of its best, a loss has exploded whatever came before. */
const FAR = 100;
/** At this multiple of its best and back where it began, it has lost what it had learnt. */
const NEAR = 10;

/**
 * The loss that has exploded, if one has: all of its last values, a twentieth and at least ten, are above 100 times
 * its first and its least; or a fifth of them are above 10 times its best, at least where it began, and do not fall.
 * `null` for a run with losses of a contest (GAN, actor and critic), and for losses that go below zero.
 */
export function explosionOf(all: readonly RunSeries[]): Explosion | null {
  if (all.some(({ tag }) => CONTESTED.test(tag))) return null;
  for (const series of all) {
    if (metricKind(series.tag).measures !== 'loss') continue;
    const found = explosionIn(series);
    if (found) return found;
  }
  return null;
}

function explosionIn(series: RunSeries): Explosion | null {
  const { steps, values } = series.current;
  if (values.length < MIN_POINTS || values.some((value) => value < 0)) return null;
  const finite = values.filter(Number.isFinite);
  if (finite.length < MIN_POINTS) return null;
  const best = leastOf(medianSmooth(courseOf({ steps, values: finite }).values, 5));
  const limit = farLimit(finite) ?? nearLimit(finite, best);
  if (limit === null || best === 0) return null;
  const last = values.findLastIndex((value) => value <= limit);
  const tail = values.subarray(last + 1);
  return { series, step: steps[last + 1] ?? 0, times: leastOf(tail) / best, best };
}

function farLimit(values: Float64Array): number | null {
  const tail = values.subarray(-Math.max(10, Math.ceil(values.length / 20)));
  const limit = FAR * Math.max(values[0] ?? 0, leastOf(values));
  return limit > 0 && leastOf(tail) > limit ? limit : null;
}

function nearLimit(values: Float64Array, best: number): number | null {
  const tail = values.subarray(-Math.max(10, Math.ceil(values.length / 5)));
  const start = median(values.subarray(0, 5));
  const [early, late] = [tail.subarray(0, tail.length >> 1), tail.subarray(tail.length >> 1)];
  const hasStayed = leastOf(tail) > NEAR * best && median(tail) >= 0.9 * start;
  return hasStayed && median(late) >= 0.9 * median(early) ? NEAR * best : null;
}

function leastOf(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
