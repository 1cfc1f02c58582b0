import type { Confusion, Predictions } from '#domain/scores.ts';

/** A cell as the URL has it: `3-5`; `3--1`: label 3 without a prediction. */
export function formatCell(label: number, predicted: number): string {
  return `${label}-${predicted}`;
}

export function parseCell(list: string | null): readonly [number, number] | null {
  const found = /^(\d+)-(-1|\d+)$/.exec(list ?? '');
  return found ? [Number(found[1]), Number(found[2])] : null;
}

export interface ConfusedPair {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

/** More pairs are not listed. */
const MOST_PAIRS = 500;

/** Pairs of classes that are confused, the most frequent ones first. */
export function confusedPairs({ labels, predicted }: Predictions): readonly ConfusedPair[] {
  const counts = new Map<string, ConfusedPair>();
  for (let i = 0; i < labels.length; i++) {
    const [label = -1, found = -1] = [labels[i], predicted[i]];
    if (label === found || found < 0) continue;
    const key = formatCell(label, found);
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { label, predicted: found, count });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST_PAIRS);
}

/** From 0 to 1, how full a cell is of the examples of its label. */
export function shareOf(
  { classes, counts, none }: Confusion,
  label: number,
  count: number,
): number {
  let total = none[label] ?? 0;
  for (let i = 0; i < classes; i++) total += counts[label * classes + i] ?? 0;
  return total === 0 ? 0 : count / total;
}
