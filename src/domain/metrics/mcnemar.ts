import { regularisedBeta } from '#domain/f-distribution.ts';
import type { McNemar } from '#domain/scores.ts';

/** Below so many discordant examples, χ² is too rough. */
const EXACT_BELOW = 25;

/**
 * Whether as many examples were fixed as broken, by the two counts alone; `null` where both are 0.
 *
 * @see https://www.statsmodels.org/stable/generated/statsmodels.stats.contingency_tables.mcnemar.html
 */
export function mcnemar(fixed: number, broken: number): McNemar | null {
  const n = fixed + broken;
  if (n === 0) return null;
  if (n < EXACT_BELOW) {
    const fewer = Math.min(fixed, broken);
    return { isExact: true, statistic: fewer, p: Math.min(1, 2 * binomialHalf(fewer, n)) };
  }
  const statistic = (Math.abs(fixed - broken) - 1) ** 2 / n;
  return { isExact: false, statistic, p: upperTailOfChiSquared(statistic) };
}

/** P(X ≤ k) of n fair coins. */
function binomialHalf(k: number, n: number): number {
  return k >= n ? 1 : regularisedBeta(0.5, n - k, k + 1);
}

/** The part of χ² with one degree of freedom above `x`: erfc(√(x / 2)). */
export function upperTailOfChiSquared(x: number): number {
  const z = Math.sqrt(x / 2);
  return z < SERIES_BELOW ? 1 - erfSeries(z) : erfcFraction(z);
}

/** The series is quick below, the fraction above. */
const SERIES_BELOW = 2;
const TERMS = 200;

/** @see https://dlmf.nist.gov/7.6.E2 */
function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n < TERMS; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
}

/** @see https://dlmf.nist.gov/7.9.E3 */
function erfcFraction(z: number): number {
  let rest = 0;
  for (let n = TERMS; n > 0; n--) rest = n / 2 / (z + rest);
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + rest));
}
