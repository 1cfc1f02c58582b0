import { percentiles } from '#domain/percentile.ts';
import type { Estimate, Metrics, ScoreName } from '#domain/scores.ts';
import { drawInto, seeded } from './random.ts';

export type Values = Partial<Record<ScoreName, number>>;

/** Scores of some units, each counted so many times; `null`: each once. */
export type Measure = (counts: Uint16Array | null) => Values;

/** Resamples where there is time for them. */
export const RESAMPLES = 1000;

/** Fewer give no interval worth showing. */
const FEWEST = 100;

/** Units drawn in all resamples together: about half a second. */
const WORK = 3e7;

/** Past it, not even the fewest resamples are drawn. */
const MOST_UNITS = 3e6;

/** Of 95 %. */
const TAILS = [0.025, 0.975] as const;

export const SEED = 20_240_229;

/** Resamples for so many units, each of which takes `cost` steps; 0: there is no time for enough of them. */
export function affordableResamples(units: number, cost = 1): number {
  if (units === 0 || units * cost > MOST_UNITS) return 0;
  const affordable = Math.floor(WORK / (units * cost));
  return Math.min(RESAMPLES, Math.max(FEWEST, affordable));
}

/**
 * Every score with the percentiles of its resamples. A score that is not a number has no interval; resamples
 * in which it is not defined are passed over, and there is none when that are more than half.
 */
export function estimate(measure: Measure, units: number, resamples: number): Metrics {
  const values = measure(null);
  const names = Object.keys(values) as ScoreName[];
  const drawn = new Map(names.map((name) => [name, new Float64Array(resamples)]));
  const counts = new Uint16Array(units);
  const random = seeded(SEED);
  for (let i = 0; i < resamples; i++) {
    drawInto(counts, random);
    const again = measure(counts);
    for (const name of names) {
      const column = drawn.get(name);
      if (column) column[i] = again[name] ?? Number.NaN;
    }
  }
  const made = names.map((name) => [
    name,
    intervalOf(values[name] ?? Number.NaN, drawn.get(name) ?? new Float64Array()),
  ]);
  return Object.fromEntries(made) as Metrics;
}

/** @param drawn reordered in place */
function intervalOf(value: number, drawn: Float64Array): Estimate {
  const defined = drawn.reduce((sum, one) => sum + (Number.isFinite(one) ? 1 : 0), 0);
  if (!Number.isFinite(value) || defined === 0 || defined < drawn.length / 2) {
    return { value, low: null, high: null };
  }
  const [low = null, high = null] = percentiles(drawn, TAILS) ?? [];
  return { value, low, high };
}
