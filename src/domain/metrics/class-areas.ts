import { areasOf, rank } from './areas.ts';
import type { Collected } from './collector.ts';

/** What is told from the rest: a class, a label, or the positive class. */
export interface Side {
  readonly index: number;
  readonly positive: Uint8Array;
  /** `[n]` */
  readonly scores: () => Float64Array;
}

/** The sides whose curves are asked for; `null` where no probabilities are held. Empty: no curves. */
export function sidesOf({ shape, predictions, extras }: Collected): readonly Side[] | null {
  const { task, positive } = shape;
  const { labels, values, examples } = predictions;
  const n = examples.length;
  if (task === 'regression' || task === 'next-token') return [];
  const isLabels = task === 'multi-label';
  const from = isLabels ? values.outputs : extras.probabilities;
  if (!from) return null;
  const width = task === 'binary' ? 1 : isLabels ? values.width : Math.max(2, shape.width);
  return Array.from({ length: width }, (_, column): Side => {
    const index = task === 'binary' ? positive : column;
    return {
      index,
      positive: Uint8Array.from({ length: n }, (_, i) =>
        (isLabels ? values.targets[i * width + column] === 1 : labels[i] === index) ? 1 : 0,
      ),
      scores: () => Float64Array.from({ length: n }, (_, i) => from[i * width + column] as number),
    };
  });
}

export interface SideAreas {
  readonly index: number;
  readonly roc: number;
  readonly pr: number;
}

/** Areas of each side; sorted again, so that no more than one is held. */
export function areasOfSides(sides: readonly Side[]): SideAreas[] {
  return sides.map(({ index, positive, scores }) => ({
    index,
    ...areasOf(rank(scores()), positive, null),
  }));
}

/** The mean over sides that have both positives and others; without others there is no ROC curve. */
export function meanAreas(areas: readonly Omit<SideAreas, 'index'>[]): {
  roc_auc: number;
  pr_auc: number;
} {
  const mean = (values: readonly number[]) => {
    const defined = values.filter((value) => !Number.isNaN(value));
    return defined.reduce((sum, value) => sum + value, 0) / defined.length;
  };
  return { roc_auc: mean(areas.map(({ roc }) => roc)), pr_auc: mean(areas.map(({ pr }) => pr)) };
}

/** Areas of each side for any resample: sorted once. */
export function measureSides(
  sides: readonly Side[],
): (counts: Uint16Array | null) => readonly SideAreas[] {
  const ranked = sides.map(({ index, positive, scores }) => ({
    index,
    positive,
    ranking: rank(scores()),
  }));
  return (counts) =>
    ranked.map(({ index, positive, ranking }) => ({
      index,
      ...areasOf(ranking, positive, counts),
    }));
}
