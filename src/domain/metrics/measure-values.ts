import type { OutputScores, Predictions } from '#domain/scores.ts';
import type { Measure } from './bootstrap.ts';

/** Scores of `regression`: of each output by itself, then their mean, as scikit-learn has it. */
export function measureValues(predictions: Predictions): Measure {
  return (counts) => {
    const outputs = scoreOutputs(predictions, counts);
    const mean = (of: (output: OutputScores) => number) =>
      outputs.reduce((sum, output) => sum + of(output), 0) / outputs.length;
    return {
      mae: mean(({ mae }) => mae),
      rmse: mean(({ rmse }) => rmse),
      r2: mean(({ r2 }) => r2),
    };
  };
}

/** @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.r2_score.html */
export function scoreOutputs(
  { examples, values }: Predictions,
  counts: Uint16Array | null,
): OutputScores[] {
  const { width, targets, outputs } = values;
  const n = examples.length;
  return Array.from({ length: width }, (_, index) => {
    let [sum, absolute, squared] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const count = counts === null ? 1 : (counts[i] as number);
      if (count === 0) continue;
      const truth = targets[i * width + index] as number;
      const apart = (outputs[i * width + index] as number) - truth;
      sum += count * truth;
      absolute += count * Math.abs(apart);
      squared += count * apart * apart;
    }
    const centre = sum / n;
    let spread = 0;
    for (let i = 0; i < n; i++) {
      const count = counts === null ? 1 : (counts[i] as number);
      spread += count * ((targets[i * width + index] as number) - centre) ** 2;
    }
    return {
      index,
      mae: absolute / n,
      rmse: Math.sqrt(squared / n),
      r2: spread > 0 ? 1 - squared / spread : Number.NaN,
    };
  });
}
