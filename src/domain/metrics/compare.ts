import type { Comparison, Metrics, Predictions } from '#domain/scores.ts';
import { affordableResamples, estimate, type Values } from './bootstrap.ts';
import { NO_EXTRAS } from './collector.ts';
import { mcnemar } from './mcnemar.ts';
import { measureOf } from './measure.ts';
import { take } from './predictions.ts';

/** What became of an example from the first checkpoint to the second. */
export type Outcome = 'both-right' | 'fixed' | 'broken' | 'both-wrong';

const OUTCOMES: readonly Outcome[] = ['both-wrong', 'fixed', 'broken', 'both-right'];

/** The same examples as two checkpoints predicted them: places in the columns of each. */
export interface Paired {
  readonly first: Predictions;
  readonly second: Predictions;
}

/** Brings two checkpoints to the examples that both have. */
export function pair(a: Predictions, b: Predictions): Paired {
  const [left, right]: [number[], number[]] = [[], []];
  let j = 0;
  for (let i = 0; i < a.examples.length; i++) {
    const example = a.examples[i] as number;
    while (j < b.examples.length && (b.examples[j] as number) < example) j++;
    if (b.examples[j] !== example) continue;
    left.push(i);
    right.push(j);
  }
  const isWhole = left.length === a.examples.length && right.length === b.examples.length;
  return isWhole ? { first: a, second: b } : { first: take(a, left), second: take(b, right) };
}

/** What became of each example of a pair. */
export function outcomeOf({ first, second }: Paired, place: number): Outcome {
  const code = 2 * (first.correct[place] ?? 0) + (second.correct[place] ?? 0);
  return OUTCOMES[code] ?? 'both-wrong';
}

/** Places of the examples with one outcome; the largest change of the loss first. */
export function placesOf(pair: Paired, outcome: Outcome): Uint32Array<ArrayBuffer> {
  const { first, second } = pair;
  const places: number[] = [];
  for (let i = 0; i < first.examples.length; i++) {
    if (outcomeOf(pair, i) === outcome) places.push(i);
  }
  const change = (i: number) => {
    const apart = Math.abs((second.loss[i] ?? 0) - (first.loss[i] ?? 0));
    return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
  };
  places.sort((a, b) => (change(a) === change(b) ? a - b : change(b) - change(a)));
  return Uint32Array.from(places);
}

/**
 * Two checkpoints over the examples that both have.
 *
 * @param classes of the network, for `multi-class` and `binary`
 */
export function compare(pair: Paired, classes: number, positive = 1): Comparison {
  const { first } = pair;
  const counts = { 'both-right': 0, fixed: 0, broken: 0, 'both-wrong': 0 };
  const examples = first.examples.length;
  const isJudged = first.task !== 'regression';
  for (let i = 0; isJudged && i < examples; i++) counts[outcomeOf(pair, i)]++;
  return {
    examples,
    bothRight: counts['both-right'],
    fixed: counts.fixed,
    broken: counts.broken,
    bothWrong: counts['both-wrong'],
    mcnemar: isJudged ? mcnemar(counts.fixed, counts.broken) : null,
    differences: differencesOf(pair, { classes, positive }),
  };
}

function differencesOf(
  { first, second }: Paired,
  options: { readonly classes: number; readonly positive: number },
): Metrics {
  const before = measureOf(first, NO_EXTRAS, options);
  const after = measureOf(second, NO_EXTRAS, options);
  const n = first.examples.length;
  return estimate(
    (counts) => subtract(after(counts), before(counts)),
    n,
    affordableResamples(n, 2 * Math.max(1, first.values.width)),
  );
}

function subtract(after: Values, before: Values): Values {
  const names = Object.keys(after) as (keyof Values)[];
  return Object.fromEntries(
    names.map((name) => [name, (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN)]),
  );
}
