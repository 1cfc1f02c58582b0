import { TOP } from '#domain/scores.ts';
import {
  type Collected,
  type Collector,
  countRunning,
  emptyPredictions,
  NO_EXTRAS,
  nonfiniteOf,
  type OutputShape,
} from './collector.ts';
import { logitOfOne, sigmoid, softplusOfNegative, topOf } from './logits.ts';

/** From here on a label counts as given: a logit of 0. */
export const THRESHOLD = 0.5;

/** Of `multi-label`: one number per label, each a matter of its own. */
export function collectLabels(shape: OutputShape): Collector {
  const columns = makeColumns(shape);
  const sums = countRunning();
  const { width } = shape;
  return {
    add(values, targets) {
      for (let from = 0; from < targets.length; from += width) {
        const at = sums.seen();
        const row = { values, targets, from };
        addRow(shape, columns, at, row);
        sums.count(columns.correct[at] === 1, columns.loss[at] as number);
      }
    },
    running: sums.running,
    collected: () => collectedOf(shape, columns, sums.seen()),
  };
}

type Columns = ReturnType<typeof makeColumns>;

function makeColumns({ examples: room, width }: OutputShape) {
  const k = Math.min(TOP, width);
  return {
    k,
    loss: new Float64Array(room),
    confidence: new Float64Array(room),
    correct: new Uint8Array(room),
    outputs: new Float64Array(room * width),
    truths: new Float64Array(room * width),
    top: { classes: new Int32Array(room * k), values: new Float64Array(room * k) },
  };
}

interface Row {
  readonly values: Float32Array;
  readonly targets: ArrayLike<number>;
  /** Where it begins in both. */
  readonly from: number;
}

function addRow({ width, means }: OutputShape, columns: Columns, at: number, row: Row): void {
  const { outputs, truths, top, k } = columns;
  let [apart, certain, right] = [0, 0, 0];
  for (let j = 0; j < width; j++) {
    const logit = logitOfOne(row.values[row.from + j] as number, means);
    const truth = row.targets[row.from + j] as number;
    const p = sigmoid(logit);
    outputs[at * width + j] = p;
    truths[at * width + j] = truth;
    apart += softplusOfNegative(truth === 1 ? logit : -logit);
    certain += Math.max(p, 1 - p);
    if (p >= THRESHOLD === (truth === 1)) right++;
  }
  columns.loss[at] = apart / width;
  columns.confidence[at] = certain / width;
  if (Number.isNaN(apart)) {
    outputs.fill(Number.NaN, at * width, (at + 1) * width);
    top.classes.fill(-1, at * k, (at + 1) * k);
    top.values.fill(Number.NaN, at * k, (at + 1) * k);
    return;
  }
  columns.correct[at] = right === width ? 1 : 0;
  topOf(outputs.subarray(at * width, (at + 1) * width), top, { at: at * k, k });
}

function collectedOf(shape: OutputShape, columns: Columns, seen: number): Collected {
  const { width } = shape;
  const { k, top } = columns;
  return {
    shape,
    nonfinite: nonfiniteOf(columns.loss.subarray(0, seen)),
    predictions: {
      ...emptyPredictions('multi-label', seen, seen),
      loss: columns.loss.slice(0, seen),
      correct: columns.correct.slice(0, seen),
      confidence: columns.confidence.slice(0, seen),
      top: {
        k,
        classes: top.classes.slice(0, seen * k),
        probabilities: top.values.slice(0, seen * k),
      },
      values: {
        width,
        targets: columns.truths.slice(0, seen * width),
        outputs: columns.outputs.slice(0, seen * width),
      },
    },
    extras: NO_EXTRAS,
  };
}
