/** Examples by a score, highest first, and where equal scores end. */
export interface Ranking {
  readonly order: Uint32Array;
  /** `[n]`: 1 at the last of equal scores. */
  readonly ends: Uint8Array;
}

export function rank(scores: Float64Array): Ranking {
  const order = Uint32Array.from(scores, (_, i) => i);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const ends = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const own = scores[order[i] as number];
    ends[i] = i + 1 === order.length || scores[order[i + 1] as number] !== own ? 1 : 0;
  }
  return { order, ends };
}

/**
 * Areas under the ROC curve and, by steps, under the precision-recall curve; equal scores count as one
 * threshold. `NaN` where there are only positives, or none.
 *
 * @param positive `[n]`, 0 or 1
 * @param counts how often each example counts; `null`: once
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html
 */
export function areasOf(
  { order, ends }: Ranking,
  positive: Uint8Array,
  counts: Uint16Array | null,
): { readonly roc: number; readonly pr: number } {
  let [found, false_, area, precision] = [0, 0, 0, 0];
  let [more, others] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    const example = order[i] as number;
    const count = counts === null ? 1 : (counts[example] as number);
    if (positive[example] === 1) more += count;
    else others += count;
    if (ends[i] === 0) continue;
    area += others * (found + more / 2);
    found += more;
    false_ += others;
    if (more > 0) precision += more * (found / (found + false_));
    more = 0;
    others = 0;
  }
  const both = found > 0 && false_ > 0;
  return {
    roc: both ? area / (found * false_) : Number.NaN,
    pr: found > 0 ? precision / found : Number.NaN,
  };
}
