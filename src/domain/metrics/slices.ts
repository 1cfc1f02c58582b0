import type {
  LeftOut,
  Metrics,
  ScoreName,
  SliceColumn,
  SliceScores,
  Task,
} from '#domain/scores.ts';
import { affordableResamples, estimate } from './bootstrap.ts';
import type { Collected, Extras } from './collector.ts';
import { measureOf } from './measure.ts';
import { take } from './predictions.ts';

/** Groups of one column that are scored: the largest. */
export const MAX_SLICES = 100;

const MAIN: { readonly [T in Task]: readonly ScoreName[] } = {
  'multi-class': ['accuracy', 'cross_entropy', 'f1_macro'],
  binary: ['accuracy', 'cross_entropy', 'precision', 'recall', 'f1'],
  'multi-label': ['accuracy', 'cross_entropy', 'f1_macro', 'hamming_loss'],
  regression: ['mae', 'rmse', 'r2'],
  'next-token': ['accuracy', 'cross_entropy', 'perplexity'],
};

/** Scores of each group of examples with the same value, largest group first. */
export function scoreSlices(
  collected: Collected,
  { column, values, codes }: SliceColumn,
  leftOut: LeftOut[],
): SliceScores[] {
  const members = values.map((): number[] => []);
  for (let i = 0; i < codes.length; i++) members[codes[i] as number]?.push(i);
  const groups = values
    .map((value, code) => ({ value, places: members[code] ?? [] }))
    .filter(({ places }) => places.length > 0)
    .sort((a, b) => b.places.length - a.places.length);
  if (groups.length > MAX_SLICES) {
    leftOut.push({ code: 'slices', column, count: groups.length, limit: MAX_SLICES });
  }
  return groups
    .slice(0, MAX_SLICES)
    .map(({ value, places }) => ({ column, value, ...scoreGroup(collected, places) }));
}

function scoreGroup(
  { shape, predictions, extras, nonfinite }: Collected,
  places: readonly number[],
): Pick<SliceScores, 'examples' | 'nonfinite' | 'metrics'> {
  // Tokens are counted by their sums, which are there for every example.
  const own = extras.sums ? predictions : take(predictions, places);
  const classes = Math.max(2, shape.width);
  const measure = measureOf(own, takeExtras(extras, places), {
    classes,
    positive: shape.positive,
  });
  const metrics = estimate(measure, places.length, affordableResamples(places.length));
  const named = MAIN[shape.task].flatMap((name) => (metrics[name] ? [[name, metrics[name]]] : []));
  return {
    examples: places.length,
    nonfinite: places.reduce((sum, place) => sum + (nonfinite[place] as number), 0),
    metrics: Object.fromEntries(named) as Metrics,
  };
}

function takeExtras({ sums }: Extras, places: readonly number[]): Extras {
  const pick = (column: Float64Array) =>
    Float64Array.from(places, (place) => column[place] as number);
  return {
    probabilities: null,
    brier: null,
    inTop: null,
    sums: sums && {
      tokens: pick(sums.tokens),
      loss: pick(sums.loss),
      right: pick(sums.right),
      inTop: pick(sums.inTop),
    },
  };
}
