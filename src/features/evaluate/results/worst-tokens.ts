import type { Predictions } from '#domain/scores.ts';

/** One token that was predicted badly. */
export interface WorstToken {
  /** In the columns of the predictions. */
  readonly row: number;
  readonly example: number;
  /** In the sequence of the output. */
  readonly place: number;
  readonly target: number;
  readonly predicted: number;
  readonly loss: number;
}

/** The tokens with the largest loss, largest first; outputs that are not finite come before all. */
export function worstTokens(
  { tokens, examples }: Predictions,
  count: number,
): readonly WorstToken[] {
  const { offsets, loss } = tokens;
  const height = (i: number) => {
    const value = loss[i] ?? Number.NaN;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  const order = Uint32Array.from(loss, (_, i) => i);
  order.sort((a, b) => (height(a) === height(b) ? a - b : height(b) - height(a)));
  return Array.from(order.subarray(0, count), (at) => {
    const row = rowOf(offsets, at);
    return {
      row,
      example: examples[row] ?? 0,
      place: tokens.places[at] ?? 0,
      target: tokens.targets[at] ?? -1,
      predicted: tokens.predicted[at] ?? -1,
      loss: loss[at] ?? Number.NaN,
    };
  });
}

/** The last row that begins at or before this token. */
function rowOf(offsets: Uint32Array, at: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low;
}
