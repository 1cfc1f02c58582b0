import type { Reals } from './statistics-elements.ts';

/** Of one tensor, over its finite elements, in float64. Complex and string tensors have none. */
export interface TensorStatistics {
  /** Elements seen. */
  readonly count: number;
  readonly finite: number;
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
  readonly zeros: number;
  /** `null` when no element is finite. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of the population; `null` also where it is past what float64 can hold. */
  readonly std: number | null;
  readonly histogram: Histogram | null;
}

/** Counts in equal bins from `from` to `to`; the last bin includes `to`. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** Bars that a histogram of weights shows well. */
const BINS = 64;

/** Counts, range and moments of numbers that come in pieces. */
export class Moments {
  count = 0;
  finite = 0;
  nan = 0;
  positiveInfinity = 0;
  negativeInfinity = 0;
  zeros = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  #mean = 0;
  /** Sum of squared distances from the mean. */
  #squares = 0;

  /** Moments of each piece are joined to the others', which keeps more digits than one long sum. */
  add(values: Reals): void {
    this.count += values.length;
    let finite = 0;
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      // Only NaN and infinities give NaN.
      if (value - value !== 0) this.#addSpecial(value);
      else {
        finite++;
        sum += value;
        if (value === 0) this.zeros++;
        if (value < this.min) this.min = value;
        if (value > this.max) this.max = value;
      }
    }
    if (finite > 0) this.#join(finite, sum / finite, squaresAround(values, sum / finite));
  }

  #addSpecial(value: number): void {
    if (Number.isNaN(value)) this.nan++;
    else if (value > 0) this.positiveInfinity++;
    else this.negativeInfinity++;
  }

  /** @see Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm, 1979 */
  #join(count: number, mean: number, squares: number): void {
    const total = this.finite + count;
    const distance = mean - this.#mean;
    this.#mean += (distance * count) / total;
    this.#squares += squares + ((distance * distance * count) / total) * this.finite;
    this.finite = total;
  }

  /** @param histogram of the same numbers */
  statistics(histogram: Histogram | null): TensorStatistics {
    const some = this.finite > 0;
    const std = some ? Math.sqrt(this.#squares / this.finite) : null;
    return {
      count: this.count,
      finite: this.finite,
      nan: this.nan,
      positiveInfinity: this.positiveInfinity,
      negativeInfinity: this.negativeInfinity,
      zeros: this.zeros,
      min: some ? this.min : null,
      max: some ? this.max : null,
      mean: some ? this.#mean : null,
      std: std !== null && Number.isFinite(std) ? std : null,
      histogram,
    };
  }
}

function squaresAround(values: Reals, mean: number): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = (values[i] as number) - mean;
    // Not for NaN and infinities.
    if (distance - distance === 0) squares += distance * distance;
  }
  return squares;
}

/** Counts of numbers that come in pieces, in equal bins over their whole range, which must be known. */
export class Binning {
  readonly #from: number;
  readonly #to: number;
  readonly #counts: Float64Array;

  /** Between the least and the greatest finite number, both included. */
  constructor(min: number, max: number) {
    this.#from = min;
    this.#to = max;
    this.#counts = new Float64Array(max > min ? BINS : 1);
  }

  add(values: Reals): void {
    const counts = this.#counts;
    const last = counts.length - 1;
    const from = this.#from / 2;
    // Halves: the whole range of float64 is wider than its greatest number.
    const scale = last === 0 ? 0 : counts.length / (this.#to / 2 - from);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value - value !== 0) continue;
      const bin = Math.min(last, Math.floor((value / 2 - from) * scale));
      (counts[bin] as number)++;
    }
  }

  histogram(): Histogram {
    return { from: this.#from, to: this.#to, counts: [...this.#counts] };
  }
}
