import type { ReliabilityBin } from '#domain/scores.ts';

export const BINS = 15;

/** Which of the bins `(i / 15, (i + 1) / 15]` a confidence falls into; 0 falls into the first; −1: `NaN`. */
export function binOf(confidence: number): number {
  if (Number.isNaN(confidence)) return -1;
  return Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
}

interface Binned {
  readonly count: Float64Array;
  readonly confidence: Float64Array;
  readonly right: Float64Array;
}

function binned(confidence: Float64Array, correct: Uint8Array, counts: Uint16Array | null): Binned {
  const sums = [0, 1, 2].map(() => new Float64Array(BINS));
  const [count, certain, right] = sums as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < confidence.length; i++) {
    const times = counts === null ? 1 : (counts[i] as number);
    const bin = binOf(confidence[i] as number);
    if (bin < 0) continue;
    count[bin] = (count[bin] as number) + times;
    certain[bin] = (certain[bin] as number) + times * (confidence[i] as number);
    right[bin] = (right[bin] as number) + times * (correct[i] as number);
  }
  return { count, confidence: certain, right };
}

/**
 * Expected calibration error: how far confidence and accuracy lie apart, bin by bin.
 *
 * @see https://arxiv.org/abs/1706.04599 equation 3
 */
export function calibrationError(
  confidence: Float64Array,
  correct: Uint8Array,
  counts: Uint16Array | null,
): number {
  const bins = binned(confidence, correct, counts);
  const total = bins.count.reduce((sum, count) => sum + count, 0);
  let apart = 0;
  for (let i = 0; i < BINS; i++) {
    apart += Math.abs((bins.right[i] as number) - (bins.confidence[i] as number));
  }
  return total > 0 ? apart / total : Number.NaN;
}

/** What a reliability curve is drawn from. */
export function reliabilityOf(confidence: Float64Array, correct: Uint8Array): ReliabilityBin[] {
  const bins = binned(confidence, correct, null);
  return Array.from(bins.count, (count, i) => ({
    low: i / BINS,
    high: (i + 1) / BINS,
    count,
    confidence: (bins.confidence[i] as number) / count,
    accuracy: (bins.right[i] as number) / count,
  }));
}
