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
  /** Of the population. */
  readonly std: number | null;
  readonly histogram: Histogram | null;
}

/** Counts in equal bins from `from` to `to`; the last bin includes `to`. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}
