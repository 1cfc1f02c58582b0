import {
  type ClassScores,
  type Confusion,
  type LeftOut,
  MAX_CLASSES,
  MAX_CONFUSION,
  type Metrics,
  type Predictions,
  SCORE_NAMES,
  type Scores,
  type SliceColumn,
} from '#domain/scores.ts';
import { affordableResamples, estimate, SEED } from './bootstrap.ts';
import { reliabilityOf } from './calibration.ts';
import { areasOfSides, meanAreas, measureSides, type SideAreas, sidesOf } from './class-areas.ts';
import { countClasses, scoreClass } from './class-counts.ts';
import { type Collected, MAX_AREA_VALUES } from './collector.ts';
import { measureOf } from './measure.ts';
import { countLabels } from './measure-labels.ts';
import { scoreOutputs } from './measure-values.ts';
import { scoreSlices } from './slices.ts';

/** Sorted probabilities that resamples are counted along: past it, the areas have no intervals. */
const MAX_RESAMPLED_VALUES = 500_000;

/** All scores of what was collected, with their intervals. Takes a second or two for large data. */
export function score(collected: Collected, slices: readonly SliceColumn[]): Scores {
  const { shape, predictions, extras } = collected;
  const { task } = shape;
  const examples = extras.sums?.tokens.length ?? predictions.examples.length;
  const units = extras.sums?.tokens.reduce((sum, count) => sum + count, 0) ?? examples;
  const leftOut: LeftOut[] = [];
  const classes = Math.max(2, shape.width);
  const measure = measureOf(predictions, extras, { classes, positive: shape.positive });
  const width = task === 'regression' || task === 'multi-label' ? shape.width : 1;
  const resamples = affordableResamples(examples, width);
  const areas = scoreAreas(collected, leftOut);
  const hasReliability = task === 'multi-class' || task === 'binary';
  return {
    task,
    examples,
    units,
    nonfinite: countNonfinite(collected),
    metrics: inOrder({ ...estimate(measure, examples, resamples), ...areas.metrics }),
    classes: scoreClasses(collected, areas.sides, leftOut),
    outputs: task === 'regression' ? scoreOutputs(predictions, null) : [],
    confusion:
      hasReliability && classes <= MAX_CONFUSION ? confusionOf(predictions, classes) : null,
    reliability: hasReliability ? reliabilityOf(predictions.confidence, predictions.correct) : [],
    slices: slices.flatMap((slice) => scoreSlices(collected, slice, leftOut)),
    bootstrap: { resamples, seed: SEED },
    leftOut,
  };
}

function inOrder(metrics: Metrics): Metrics {
  const named = SCORE_NAMES.flatMap((name) => (metrics[name] ? [[name, metrics[name]]] : []));
  return Object.fromEntries(named) as Metrics;
}

/** Examples, or tokens, whose outputs are not finite. */
function countNonfinite({ nonfinite }: Collected): number {
  return nonfinite.reduce((sum, count) => sum + count, 0);
}

function scoreAreas(
  collected: Collected,
  leftOut: LeftOut[],
): { readonly metrics: Metrics; readonly sides: readonly SideAreas[] } {
  const sides = sidesOf(collected);
  const n = collected.predictions.examples.length;
  if (sides === null) {
    const values = n * Math.max(2, collected.shape.width);
    leftOut.push({ code: 'areas', values, limit: MAX_AREA_VALUES });
    return { metrics: {}, sides: [] };
  }
  if (sides.length === 0) return { metrics: {}, sides: [] };
  const values = n * sides.length;
  if (countNonfinite(collected) > 0) {
    const none = { value: Number.NaN, low: null, high: null };
    return { metrics: { roc_auc: none, pr_auc: none }, sides: [] };
  }
  if (values <= MAX_RESAMPLED_VALUES) {
    const measure = measureSides(sides);
    const resamples = affordableResamples(values);
    return {
      metrics: estimate((counts) => meanAreas(measure(counts)), n, resamples),
      sides: measure(null),
    };
  }
  leftOut.push({ code: 'area-intervals', values, limit: MAX_RESAMPLED_VALUES });
  const areas = areasOfSides(sides);
  return { metrics: estimate(() => meanAreas(areas), n, 0), sides: areas };
}

function scoreClasses(
  { shape, predictions }: Collected,
  sides: readonly SideAreas[],
  leftOut: LeftOut[],
): ClassScores[] {
  const { task, width } = shape;
  if (task === 'regression' || task === 'next-token') return [];
  const isLabels = task === 'multi-label';
  const count = isLabels ? width : Math.max(2, width);
  if (count > MAX_CLASSES) {
    leftOut.push({ code: 'classes', count, limit: MAX_CLASSES });
    return [];
  }
  const sums = isLabels ? countLabels(predictions, null) : countClasses(predictions, count);
  const areas = new Map(sides.map((side) => [side.index, side]));
  const known = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? null : value;
  return Array.from(sums.support, (support, index) => {
    const predicted = sums.predicted[index] as number;
    const found = areas.get(index);
    return {
      index,
      support,
      predicted,
      ...scoreClass(sums.right[index] as number, support, predicted),
      rocAuc: known(found?.roc),
      prAuc: known(found?.pr),
    };
  });
}

/** Counts of what was taken for what. */
export function confusionOf({ labels, predicted }: Predictions, classes: number): Confusion {
  const counts = new Array<number>(classes * classes).fill(0);
  const none = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const [label, found] = [labels[i] as number, predicted[i] as number];
    if (found < 0) none[label] = (none[label] as number) + 1;
    else counts[label * classes + found] = (counts[label * classes + found] as number) + 1;
  }
  return { classes, counts, none };
}
