import type { Values } from './bootstrap.ts';

/** Per class: examples of it, examples taken for it, and those that were both. */
export interface ClassCounts {
  readonly support: Float64Array;
  readonly predicted: Float64Array;
  readonly right: Float64Array;
}

export function emptyCounts(classes: number): ClassCounts {
  return {
    support: new Float64Array(classes),
    predicted: new Float64Array(classes),
    right: new Float64Array(classes),
  };
}

/** @param predicted −1: nothing */
export function countClasses(
  { labels, predicted }: { readonly labels: Int32Array; readonly predicted: Int32Array },
  classes: number,
): ClassCounts {
  const sums = emptyCounts(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const found = predicted[i] as number;
    sums.support[label] = (sums.support[label] as number) + 1;
    if (found >= 0) sums.predicted[found] = (sums.predicted[found] as number) + 1;
    if (found === label) sums.right[label] = (sums.right[label] as number) + 1;
  }
  return sums;
}

export interface ClassScore {
  /** `null` where it is 0 / 0. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

export function scoreClass(right: number, support: number, predicted: number): ClassScore {
  const share = (of: number) => (of > 0 ? right / of : null);
  return {
    precision: share(predicted),
    recall: share(support),
    f1: support + predicted > 0 ? (2 * right) / (support + predicted) : null,
  };
}

/**
 * Precision, recall and F1 over all classes, three ways; 0 / 0 counts as 0, as in scikit-learn.
 *
 * @param all whether classes that neither occur nor are predicted count too, as for labels of `multi-label`
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_fscore_support.html
 */
export function averageClasses(counts: ClassCounts, all: boolean): Values {
  const { support, predicted, right } = counts;
  const macro = { precision: 0, recall: 0, f1: 0, weight: 0 };
  const weighted = { precision: 0, recall: 0, f1: 0, weight: 0 };
  const sums = { right: 0, support: 0, predicted: 0 };
  for (let i = 0; i < support.length; i++) {
    const [r, s, p] = [right[i] as number, support[i] as number, predicted[i] as number];
    sums.right += r;
    sums.support += s;
    sums.predicted += p;
    if (all || s + p > 0) add(macro, scoreClass(r, s, p), 1);
    add(weighted, scoreClass(r, s, p), s);
  }
  const micro = scoreClass(sums.right, sums.support, sums.predicted);
  return {
    precision_macro: macro.precision / macro.weight,
    recall_macro: macro.recall / macro.weight,
    f1_macro: macro.f1 / macro.weight,
    precision_micro: micro.precision ?? 0,
    recall_micro: micro.recall ?? 0,
    f1_micro: micro.f1 ?? 0,
    precision_weighted: weighted.precision / weighted.weight,
    recall_weighted: weighted.recall / weighted.weight,
    f1_weighted: weighted.f1 / weighted.weight,
  };
}

function add(
  sum: { precision: number; recall: number; f1: number; weight: number },
  { precision, recall, f1 }: ClassScore,
  weight: number,
): void {
  sum.precision += weight * (precision ?? 0);
  sum.recall += weight * (recall ?? 0);
  sum.f1 += weight * (f1 ?? 0);
  sum.weight += weight;
}
