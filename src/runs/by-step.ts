import type { Series } from '#domain/history.ts';

/** The last point of every step, in order of the steps: what a step amounts to after restarts. */
export function byStep(series: Series): Series {
  const { tag, steps } = series;
  if (isIncreasing(steps)) return series;
  const last = new Map<number, number>();
  for (const [i, step] of steps.entries()) last.set(step, i);
  const kept = [...last].sort(([a], [b]) => a - b).map(([, i]) => i);
  const pick = (column: Float64Array) =>
    Float64Array.from(column.length === 0 ? [] : kept, (i) => column[i] ?? Number.NaN);
  return {
    tag,
    steps: pick(steps),
    values: pick(series.values),
    epochs: pick(series.epochs),
    times: pick(series.times),
  };
}

function isIncreasing(steps: Float64Array): boolean {
  for (let i = 1; i < steps.length; i++) {
    if (!((steps[i] ?? 0) > (steps[i - 1] ?? 0))) return false;
  }
  return true;
}
