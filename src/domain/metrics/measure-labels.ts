import type { Predictions } from '#domain/scores.ts';
import type { Measure } from './bootstrap.ts';
import { averageClasses, type ClassCounts, emptyCounts } from './class-counts.ts';
import { THRESHOLD } from './collect-labels.ts';

/** Scores of `multi-label`, each label a class of its own. An example that is not finite has no label right. */
export function measureLabels(predictions: Predictions): Measure {
  const { width } = predictions.values;
  const { loss, correct, examples } = predictions;
  const [wrong, apart] = distances(predictions);
  return (counts) => {
    const sums = countLabels(predictions, counts);
    const total = examples.length;
    let [right, entropy, errors, brier] = [0, 0, 0, 0];
    for (let i = 0; i < total; i++) {
      const count = counts === null ? 1 : (counts[i] as number);
      if (count === 0) continue;
      right += count * (correct[i] as number);
      entropy += count * (loss[i] as number);
      errors += count * (wrong[i] as number);
      brier += count * (apart[i] as number);
    }
    return {
      accuracy: right / total,
      cross_entropy: entropy / total,
      ...averageClasses(sums, true),
      hamming_loss: errors / (total * width),
      brier: brier / (total * width),
    };
  };
}

/** Per example: labels that are wrong, and the squared distances of their probabilities, summed. */
function distances({ examples, values }: Predictions): [Float64Array, Float64Array] {
  const { width, targets, outputs } = values;
  const wrong = new Float64Array(examples.length);
  const apart = new Float64Array(examples.length);
  for (let i = 0; i < examples.length; i++) {
    for (let j = i * width; j < (i + 1) * width; j++) {
      const p = outputs[j] as number;
      const truth = targets[j] as number;
      const isRight = p >= THRESHOLD === (truth === 1) && !Number.isNaN(p);
      wrong[i] = (wrong[i] as number) + (isRight ? 0 : 1);
      apart[i] = (apart[i] as number) + (p - truth) ** 2;
    }
  }
  return [wrong, apart];
}

export function countLabels(
  { examples, values }: Predictions,
  counts: Uint16Array | null,
): ClassCounts {
  const { width, targets, outputs } = values;
  const sums = emptyCounts(width);
  const { support, predicted, right } = sums;
  for (let i = 0; i < examples.length; i++) {
    const count = counts === null ? 1 : (counts[i] as number);
    if (count === 0) continue;
    for (let j = 0; j < width; j++) {
      const truth = targets[i * width + j] as number;
      const given = (outputs[i * width + j] as number) >= THRESHOLD ? 1 : 0;
      support[j] = (support[j] as number) + count * truth;
      predicted[j] = (predicted[j] as number) + count * given;
      right[j] = (right[j] as number) + count * truth * given;
    }
  }
  return sums;
}
