import type { GraphOutput } from './graph.ts';

/** Sums over the examples seen so far, in float64. Batches add up with `plus`. */
export interface Tally {
  readonly seen: number;
  readonly correct: number;
  /** Cross-entropy in nats, summed; `NaN` once an output was not finite. */
  readonly loss: number;
  /** Examples whose outputs are not all finite; never among the correct. */
  readonly nonfinite: number;
}

export const NOTHING_SEEN: Tally = { seen: 0, correct: 0, loss: 0, nonfinite: 0 };

export function plus(a: Tally, b: Tally): Tally {
  return {
    seen: a.seen + b.seen,
    correct: a.correct + b.correct,
    loss: a.loss + b.loss,
    nonfinite: a.nonfinite + b.nonfinite,
  };
}

/** From 0 to 1. `null` when nothing was seen or no example has finite outputs: there is none to report. */
export function accuracyOf({ seen, correct, nonfinite }: Tally): number | null {
  return nonfinite === seen ? null : correct / seen;
}

/** Mean cross-entropy in nats; `NaN` when an output was not finite; `null` when nothing was seen. */
export function lossOf({ seen, loss }: Tally): number | null {
  return seen === 0 ? null : loss / seen;
}

/** What a network gave for some examples, as downloaded: `[examples, classes]`, row-major. */
export interface Outputs {
  readonly values: Float32Array;
  /** 1: the logit, or the probability, of class 1 against class 0. */
  readonly classes: number;
  readonly means: GraphOutput['means'];
}

/**
 * Accuracy and cross-entropy of some examples, from raw outputs, so that they are the same on every backend:
 * the first of equal logits wins, and the sum of exponentials is taken in float64.
 *
 * @param labels `[examples]`, class indices within range
 */
export function tally(outputs: Outputs, labels: Int32Array): Tally {
  const logits = logitsOf(outputs);
  const classes = Math.max(outputs.classes, 2);
  let correct = 0;
  let loss = 0;
  let nonfinite = 0;
  for (const [row, label] of labels.entries()) {
    const score = scoreRow(logits.subarray(row * classes, (row + 1) * classes), label);
    if (Number.isNaN(score.loss)) nonfinite++;
    else if (score.best === label) correct++;
    loss += score.loss;
  }
  return { seen: labels.length, correct, loss, nonfinite };
}

/** `loss` is `NaN` when the row holds no usable outputs. */
function scoreRow(logits: Float64Array, label: number): { best: number; loss: number } {
  let best = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] ?? Number.NaN;
    if (Number.isNaN(logit)) return { best, loss: Number.NaN };
    if (logit > max) {
      max = logit;
      best = i;
    }
  }
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - max);
  return { best, loss: max + Math.log(sum) - (logits[label] ?? Number.NaN) };
}

/** `[examples, max(classes, 2)]`; `NaN` where the output is not finite or no probability. */
function logitsOf({ values, classes, means }: Outputs): Float64Array {
  const logits = Float64Array.from(values, TO_LOGIT[means]);
  if (classes > 1) return logits;
  const both = new Float64Array(2 * logits.length);
  for (const [row, logit] of logits.entries()) {
    both[2 * row] =
      Number.isNaN(logit) || means === 'logits' ? 0 * logit : Math.log(1 - Math.exp(logit));
    both[2 * row + 1] = logit;
  }
  return both;
}

const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

const TO_LOGIT = {
  logits: finite,
  values: finite,
  'log-probabilities': finite,
  /** A probability of 0 is a logit of −∞: an honest one, with an infinite loss where it is the label's. */
  probabilities: (value: number) => Math.log(finite(value)),
} satisfies Record<GraphOutput['means'], (value: number) => number>;

/** What stands before a softmax, log-softmax or sigmoid, brought to what the graph gives out: float64. */
export function activate(
  logits: Float32Array,
  classes: number,
  means: GraphOutput['means'],
): number[] {
  if (means === 'logits' || means === 'values') return [...logits];
  if (classes === 1) return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  const out: number[] = [];
  for (let from = 0; from < logits.length; from += classes) {
    const row = [...logits.subarray(from, from + classes)];
    const max = Math.max(...row);
    const total = max + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
    for (const logit of row)
      out.push(means === 'probabilities' ? Math.exp(logit - total) : logit - total);
  }
  return out;
}

/** Largest |a − b| / max(1, |b|); infinite where one is `NaN` or ±∞ and the other is not the same. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i] ?? Number.NaN;
    const y = b[i] ?? Number.NaN;
    if (Object.is(x, y) || x === y) continue;
    const difference = Math.abs(x - y) / Math.max(1, Math.abs(y));
    largest = Math.max(
      largest,
      Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY,
    );
  }
  return largest;
}
