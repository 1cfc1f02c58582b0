import type { GraphOutput } from './graph.ts';

/** What stands before a softmax, log-softmax or sigmoid, brought to what the graph gives out: float64. */
export function activate(
  logits: Float32Array,
  {
    classes,
    means,
    by,
  }: {
    readonly classes: number;
    readonly means: GraphOutput['means'];
    readonly by: 'softmax' | 'sigmoid' | null;
  },
): number[] {
  if (by === null || means === 'logits' || means === 'values') return [...logits];
  if (by === 'sigmoid') return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  const out: number[] = [];
  for (let from = 0; from < logits.length; from += classes) {
    const row = [...logits.subarray(from, from + classes)];
    const max = Math.max(...row);
    const total = max + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
    for (const logit of row)
      out.push(means === 'probabilities' ? Math.exp(logit - total) : logit - total);
  }
  return out;
}

/** Largest |a − b| / max(1, |b|); infinite where one is `NaN` or ±∞ and the other is not the same. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i] ?? Number.NaN;
    const y = b[i] ?? Number.NaN;
    if (Object.is(x, y) || x === y) continue;
    const difference = Math.abs(x - y) / Math.max(1, Math.abs(y));
    largest = Math.max(
      largest,
      Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY,
    );
  }
  return largest;
}
