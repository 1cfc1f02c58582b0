/** The middle value, or the lower of two; `NaN` of nothing. What is not finite is left out. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}

/** Each value replaced by the median of those around it, `width` in all; at the ends there are fewer. */
export function medianSmooth(values: Float64Array, width: number): Float64Array {
  const reach = width >> 1;
  return values.map((_, i) => median(values.subarray(Math.max(0, i - reach), i + reach + 1)));
}
