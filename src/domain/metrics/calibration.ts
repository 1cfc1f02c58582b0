import type { ReliabilityBin } from '#domain/scores.ts';

export const BINS = 15;

/** Which of the bins `(i / 15, (i + 1) / 15]` a confidence falls into; 0 falls into the first; −1: `NaN`. */
export function binOf(confidence: number): number {
  if (Number.isNaN(confidence)) return -1;
  return Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
}

/** The bin of each example. */
export function binsOf(confidence: Float64Array): Int8Array {
  return Int8Array.from(confidence, binOf);
}

/** Sums over the examples of each bin. */
export interface BinSums {
  readonly count: Float64Array;
  readonly confidence: Float64Array;
  readonly right: Float64Array;
}

export function emptyBins(): BinSums {
  return {
    count: new Float64Array(BINS),
    confidence: new Float64Array(BINS),
    right: new Float64Array(BINS),
  };
}

/**
 * Expected calibration error: how far confidence and accuracy lie apart, bin by bin.
 *
 * @see https://arxiv.org/abs/1706.04599 equation 3
 */
export function calibrationError({ count, confidence, right }: BinSums): number {
  let [apart, total] = [0, 0];
  for (let i = 0; i < BINS; i++) {
    apart += Math.abs((right[i] as number) - (confidence[i] as number));
    total += count[i] as number;
  }
  return total > 0 ? apart / total : Number.NaN;
}

/** What a reliability curve is drawn from. */
export function reliabilityOf(confidence: Float64Array, correct: Uint8Array): ReliabilityBin[] {
  const bins = emptyBins();
  for (const [i, certain] of confidence.entries()) {
    const bin = binOf(certain);
    if (bin < 0) continue;
    bins.count[bin] = (bins.count[bin] as number) + 1;
    bins.confidence[bin] = (bins.confidence[bin] as number) + certain;
    bins.right[bin] = (bins.right[bin] as number) + (correct[i] as number);
  }
  return Array.from(bins.count, (count, i) => ({
    low: i / BINS,
    high: (i + 1) / BINS,
    count,
    confidence: (bins.confidence[i] as number) / count,
    accuracy: (bins.right[i] as number) / count,
  }));
}
