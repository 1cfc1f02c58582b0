import type { Predictions } from '#domain/scores.ts';
import type { Measure, Values } from './bootstrap.ts';
import { type BinSums, binsOf, calibrationError, emptyBins } from './calibration.ts';
import { averageClasses, type ClassCounts, emptyCounts, scoreClass } from './class-counts.ts';
import type { Extras } from './collector.ts';

export interface ClassOptions {
  /** Of `multi-class` and `binary`. */
  readonly classes: number;
  readonly positive: number;
}

/** Everything that one pass over the examples adds up. */
interface Sums {
  readonly counts: ClassCounts;
  readonly bins: BinSums;
  right: number;
  inTop: number;
  loss: number;
  brier: number;
}

/** Scores of `multi-class` and `binary`, in one pass: it is made a thousand times. */
export function measureClasses(
  predictions: Predictions,
  extras: Extras,
  { classes, positive }: ClassOptions,
): Measure {
  const { task, examples, confidence } = predictions;
  const bins = binsOf(confidence);
  const total = examples.length;
  return (counts) => {
    const sums = addUp({ predictions, extras, bins }, classes, counts);
    return {
      accuracy: sums.right / total,
      ...(extras.inTop ? { top_5: sums.inTop / total } : {}),
      cross_entropy: sums.loss / total,
      ...(task === 'binary' ? ofOne(sums.counts, positive) : averageClasses(sums.counts, false)),
      ...(extras.brier ? { brier: sums.brier / total } : {}),
      ece: Number.isNaN(sums.loss) ? Number.NaN : calibrationError(sums.bins),
    };
  };
}

interface Columns {
  readonly predictions: Predictions;
  readonly extras: Extras;
  readonly bins: Int8Array;
}

function addUp(columns: Columns, classes: number, counts: Uint16Array | null): Sums {
  const sums = {
    counts: emptyCounts(classes),
    bins: emptyBins(),
    right: 0,
    inTop: 0,
    loss: 0,
    brier: 0,
  };
  const { length } = columns.bins;
  for (let i = 0; i < length; i++) {
    const count = counts === null ? 1 : (counts[i] as number);
    // What does not count is passed over, `NaN` or not.
    if (count > 0) addExample(columns, sums, i, count);
  }
  return sums;
}

function addExample(
  { predictions, extras, bins }: Columns,
  sums: Sums,
  i: number,
  count: number,
): void {
  const { loss, correct, confidence, labels, predicted } = predictions;
  const isRight = correct[i] as number;
  sums.right += count * isRight;
  sums.loss += count * (loss[i] as number);
  if (extras.inTop) sums.inTop += count * (extras.inTop[i] as number);
  if (extras.brier) sums.brier += count * (extras.brier[i] as number);
  const { support, predicted: taken, right } = sums.counts;
  const label = labels[i] as number;
  const found = predicted[i] as number;
  support[label] = (support[label] as number) + count;
  if (found >= 0) taken[found] = (taken[found] as number) + count;
  if (isRight === 1) right[label] = (right[label] as number) + count;
  const bin = bins[i] as number;
  if (bin < 0) return;
  const { count: size, confidence: certain, right: hits } = sums.bins;
  size[bin] = (size[bin] as number) + count;
  certain[bin] = (certain[bin] as number) + count * (confidence[i] as number);
  hits[bin] = (hits[bin] as number) + count * isRight;
}

function ofOne({ right, support, predicted }: ClassCounts, index: number): Values {
  const { precision, recall, f1 } = scoreClass(
    right[index] ?? 0,
    support[index] ?? 0,
    predicted[index] ?? 0,
  );
  return { precision: precision ?? 0, recall: recall ?? 0, f1: f1 ?? 0 };
}
