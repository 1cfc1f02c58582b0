/** Mean and standard deviation of the sample (n − 1) of the finite values; `NaN` where there are too few. */
export interface MeanStd {
  readonly n: number;
  readonly mean: number;
  readonly std: number;
}

export function meanStd(values: readonly number[]): MeanStd {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  const mean = n > 0 ? finite.reduce((sum, value) => sum + value, 0) / n : Number.NaN;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN };
}
