import type { Predictions } from '#domain/scores.ts';
import type { Measure, Values } from './bootstrap.ts';
import { calibrationError } from './calibration.ts';
import { averageClasses, countClasses, scoreClass } from './class-counts.ts';
import type { Extras, TokenSums } from './collector.ts';
import { measureLabels } from './measure-labels.ts';
import { measureValues } from './measure-values.ts';

/** The mean of a column; what counts 0 times is passed over, `NaN` or not. */
export function mean(column: Float64Array | Uint8Array, counts: Uint16Array | null): number {
  let sum = 0;
  if (counts === null) {
    for (let i = 0; i < column.length; i++) sum += column[i] as number;
    return sum / column.length;
  }
  for (let i = 0; i < column.length; i++) {
    const count = counts[i] as number;
    if (count > 0) sum += count * (column[i] as number);
  }
  return sum / column.length;
}

export interface MeasureOptions {
  /** Of `multi-class` and `binary`. */
  readonly classes: number;
  readonly positive: number;
}

/** All scores of predictions but areas under curves, which take longer. */
export function measureOf(
  predictions: Predictions,
  extras: Extras,
  options: MeasureOptions,
): Measure {
  switch (predictions.task) {
    case 'multi-class':
    case 'binary':
      return (counts) => measureClasses(predictions, extras, { ...options, counts });
    case 'multi-label':
      return measureLabels(predictions);
    case 'regression':
      return measureValues(predictions);
    case 'next-token':
      return measureTokens(extras.sums ?? sumsOf(predictions));
  }
}

function measureClasses(
  predictions: Predictions,
  extras: Extras,
  { classes, positive, counts }: MeasureOptions & { readonly counts: Uint16Array | null },
): Values {
  const { loss, correct, confidence, task } = predictions;
  const sums = countClasses(predictions, classes, counts);
  const entropy = mean(loss, counts);
  const calibrated = Number.isNaN(entropy)
    ? Number.NaN
    : calibrationError(confidence, correct, counts);
  return {
    accuracy: mean(correct, counts),
    ...(extras.inTop ? { top_5: mean(extras.inTop, counts) } : {}),
    cross_entropy: entropy,
    ...(task === 'binary' ? ofOne(sums, positive) : averageClasses(sums, false)),
    ...(extras.brier ? { brier: mean(extras.brier, counts) } : {}),
    ece: calibrated,
  };
}

function ofOne(
  { right, support, predicted }: ReturnType<typeof countClasses>,
  index: number,
): Values {
  const { precision, recall, f1 } = scoreClass(
    right[index] ?? 0,
    support[index] ?? 0,
    predicted[index] ?? 0,
  );
  return { precision: precision ?? 0, recall: recall ?? 0, f1: f1 ?? 0 };
}

function measureTokens({ tokens, loss, right, inTop }: TokenSums): Measure {
  return (counts) => {
    const all = mean(tokens, counts);
    const entropy = mean(loss, counts) / all;
    return {
      accuracy: mean(right, counts) / all,
      ...(inTop.length > 0 ? { top_5: mean(inTop, counts) / all } : {}),
      cross_entropy: entropy,
      perplexity: Math.exp(entropy),
    };
  };
}

/** Sums over the tokens that were kept. */
function sumsOf({ examples, tokens }: Predictions): TokenSums {
  const { offsets, targets, predicted, loss } = tokens;
  const column = () => new Float64Array(examples.length);
  const sums = { tokens: column(), loss: column(), right: column(), inTop: new Float64Array() };
  for (let i = 0; i < examples.length; i++) {
    const [from, to] = [offsets[i] as number, offsets[i + 1] as number];
    let [right, total] = [0, 0];
    for (let at = from; at < to; at++) {
      if (targets[at] === predicted[at]) right++;
      total += loss[at] as number;
    }
    sums.tokens[i] = to - from;
    sums.loss[i] = total;
    sums.right[i] = right;
  }
  return sums;
}
