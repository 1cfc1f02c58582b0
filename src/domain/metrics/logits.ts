import type { GraphOutput } from '#domain/graph.ts';
import { TOP } from '#domain/scores.ts';

const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

/** Brings an output to a logit in float64; `NaN` where it is not finite or no probability. */
export const TO_LOGIT = {
  logits: finite,
  values: finite,
  'log-probabilities': finite,
  /** A probability of 0 is a logit of −∞: an honest one, with an infinite loss where it is the label's. */
  probabilities: (value: number) => Math.log(finite(value)),
} satisfies Record<GraphOutput['means'], (value: number) => number>;

/** The logit of class 1 against class 0, from what stands for class 1 alone. */
export function logitOfOne(value: number, means: GraphOutput['means']): number {
  if (means === 'logits' || means === 'values') return finite(value);
  const p = means === 'probabilities' ? value : Math.exp(value);
  return p >= 0 && p <= 1 ? Math.log(p) - Math.log1p(-p) : Number.NaN;
}

/** −log σ(x), the cross-entropy of a logit whose class is 1: exact for large x of either sign. */
export function softplusOfNegative(x: number): number {
  return x >= 0 ? Math.log1p(Math.exp(-x)) : -x + Math.log1p(Math.exp(x));
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** One row of logits, looked at. */
export interface RowScore {
  /** The first of equal ones; −1: the row is not finite. */
  best: number;
  /** Nats; `NaN` where the row is not finite. */
  loss: number;
  /** Probability of `best`. */
  confidence: number;
  /** log Σ exp; what turns a logit into a log-probability. */
  total: number;
}

/**
 * The cross-entropy of a row and its most likely class, in float64.
 *
 * @param row logits; `NaN` in any of them makes the row not finite
 */
export function scoreRow(row: Float64Array, label: number): RowScore {
  let best = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < row.length; i++) {
    const logit = row[i] as number;
    if (Number.isNaN(logit)) {
      return { best: -1, loss: Number.NaN, confidence: Number.NaN, total: Number.NaN };
    }
    if (logit > max) {
      max = logit;
      best = i;
    }
  }
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += Math.exp((row[i] as number) - max);
  const total = max + Math.log(sum);
  // All probabilities are 0: there is nothing to compare.
  if (Number.isNaN(total)) {
    return { best: -1, loss: Number.NaN, confidence: Number.NaN, total };
  }
  return { best, loss: total - (row[label] ?? Number.NaN), confidence: 1 / sum, total };
}

/** How many logits stand before the label's: 0 when it is first. Of equal ones the earlier stands before. */
export function rankOf(row: Float64Array, label: number): number {
  const own = row[label] as number;
  let before = 0;
  for (let i = 0; i < row.length; i++) {
    const logit = row[i] as number;
    if (logit > own || (logit === own && i < label)) before++;
  }
  return before;
}

/** Indices of the largest values, largest first, written at `at`; the earlier of equal ones first. */
export function topOf(
  row: Float64Array,
  found: { readonly classes: Int32Array; readonly values: Float64Array },
  { at, k }: { readonly at: number; readonly k: number },
): void {
  const { classes, values } = found;
  let held = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (held === k && !(value > (values[at + k - 1] as number))) continue;
    let place = held < k ? held++ : k - 1;
    while (place > 0 && value > (values[at + place - 1] as number)) {
      classes[at + place] = classes[at + place - 1] as number;
      values[at + place] = values[at + place - 1] as number;
      place--;
    }
    classes[at + place] = i;
    values[at + place] = value;
  }
}

/** The label is among the five most likely. */
export const isInTop = (row: Float64Array, label: number) => rankOf(row, label) < TOP;
