/**
 * The part of Fisher's F distribution above `f`.
 *
 * @param f not negative; ∞ gives 0
 * @param between degrees of freedom of the numerator, above 0
 * @param within of the denominator, above 0
 */
export function upperTailOfF(f: number, between: number, within: number): number {
  if (Number.isNaN(f)) return Number.NaN;
  if (f === Number.POSITIVE_INFINITY) return 0;
  const x = within / (within + between * f);
  return regularisedBeta(x, within / 2, between / 2);
}

/**
 * The regularised incomplete beta function I_x(a, b).
 *
 * @see https://dlmf.nist.gov/8.17
 */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  // The fraction is quick on this side of the mean; I_x(a, b) = 1 − I_(1−x)(b, a) on the other.
  if (x < (a + 1) / (a + b + 2)) return (front * fraction(x, a, b)) / a;
  return 1 - (front * fraction(1 - x, b, a)) / b;
}

/** Steps that double precision never needs; the fraction takes about √max(a, b) of them. */
const MAX_STEPS = 10_000;
const PRECISION = 1e-15;
/** Instead of 0, by which nothing can be divided. */
const TINY = 1e-300;

/** The continued fraction of DLMF 8.17.22, by Lentz' method. */
function fraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let upper = 1;
  let lower = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = lower;
  for (let m = 1; m <= MAX_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    lower = 1 / away(1 + even * lower);
    upper = away(1 + even / upper);
    result *= lower * upper;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    lower = 1 / away(1 + odd * lower);
    upper = away(1 + odd / upper);
    const factor = lower * upper;
    result *= factor;
    if (Math.abs(factor - 1) < PRECISION) break;
  }
  return result;
}

/** Coefficients of Lanczos' approximation with g = 7, good to 15 digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** The logarithm of Γ(x), for x ≥ 0.5. @see https://dlmf.nist.gov/5 */
function logGamma(x: number): number {
  const z = x - 1;
  const t = z + 7.5;
  const sum = LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (z + i)), 0);
  return Math.log(2 * Math.PI) / 2 + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
