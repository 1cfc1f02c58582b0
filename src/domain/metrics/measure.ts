import type { Predictions } from '#domain/scores.ts';
import type { Measure } from './bootstrap.ts';
import type { Extras, TokenSums } from './collector.ts';
import { type ClassOptions, measureClasses } from './measure-classes.ts';
import { measureLabels } from './measure-labels.ts';
import { measureValues } from './measure-values.ts';

/** All scores of predictions but areas under curves, which take longer. */
export function measureOf(
  predictions: Predictions,
  extras: Extras,
  options: ClassOptions,
): Measure {
  switch (predictions.task) {
    case 'multi-class':
    case 'binary':
      return measureClasses(predictions, extras, options);
    case 'multi-label':
      return measureLabels(predictions);
    case 'regression':
      return measureValues(predictions);
    case 'next-token':
      return measureTokens(extras.sums ?? sumsOf(predictions));
  }
}

/** The mean of a column; what counts 0 times is passed over, `NaN` or not. */
function mean(column: Float64Array, counts: Uint16Array | null): number {
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
