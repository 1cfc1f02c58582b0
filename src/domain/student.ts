/** Quantiles by degrees of freedom: every group of a size asks for the same one. */
const known = new Map<number, number>();

/** Above this the expansion below is exact to a double, and the sum has many terms. */
const MANY = 1000;

/**
 * What Student's t stays between −t and t of with a probability of 95 %: its quantile at 0.975.
 *
 * @param freedom degrees of freedom, a whole number; `NaN` below 1
 */
export function student95(freedom: number): number {
  if (!(freedom >= 1)) return Number.NaN;
  const found = known.get(freedom) ?? (freedom > MANY ? expanded(freedom) : bisected(freedom));
  known.set(freedom, found);
  return found;
}

function bisected(freedom: number): number {
  let low = 1.9;
  let high = 13;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (within(middle, freedom) < 0.95) low = middle;
    else high = middle;
  }
}

/**
 * The probability of −t < T < t, as the finite sums that whole degrees of freedom have.
 *
 * @see https://personal.math.ubc.ca/~cbm/aands/page_948.htm 26.7.3 and 26.7.4
 */
function within(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 2 : 1; k <= freedom - 3; k += 2) {
    term *= (k / (k + 1)) * cosine * cosine;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** The normal quantile at 0.975. */
const NORMAL = 1.959963984540054;

/**
 * The quantile in powers of 1 / freedom.
 *
 * @see https://personal.math.ubc.ca/~cbm/aands/page_949.htm 26.7.5
 */
function expanded(freedom: number): number {
  const z = NORMAL;
  const [z3, z5, z7, z9] = [z ** 3, z ** 5, z ** 7, z ** 9];
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3) +
    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92_160 * freedom ** 4)
  );
}
