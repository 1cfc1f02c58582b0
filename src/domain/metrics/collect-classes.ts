import { TOP } from '#domain/scores.ts';
import {
  type Collected,
  type Collector,
  countRunning,
  emptyPredictions,
  MAX_AREA_VALUES,
  nonfiniteOf,
  type OutputShape,
} from './collector.ts';
import { isInTop, logitOfOne, type RowScore, scoreRow, TO_LOGIT, topOf } from './logits.ts';

/** Of `multi-class` and `binary`: one row of classes per example, or one number for class 1 against class 0. */
export function collectClasses(shape: OutputShape): Collector {
  const columns = makeColumns(shape);
  const sums = countRunning();
  const row = new Float64Array(columns.classes);
  return {
    add(values, targets) {
      for (let i = 0; i < targets.length; i++) {
        readRow(row, shape, values, i);
        const label = targets[i] as number;
        const score = scoreRow(row, label);
        const at = sums.seen();
        addRow(columns, at, { row, label, score });
        addProbabilities(columns, at, { row, label, score });
        sums.count(score.best === label, score.loss);
      }
    },
    running: sums.running,
    collected: () => collectedOf(shape, columns, sums.seen()),
  };
}

type Columns = ReturnType<typeof makeColumns>;

function makeColumns({ task, examples: room, width, positive }: OutputShape) {
  const classes = Math.max(2, width);
  const isBinary = task === 'binary';
  const k = Math.min(TOP, classes);
  const kept = isBinary ? 1 : classes;
  return {
    classes,
    k,
    /** Probabilities kept of an example. */
    kept,
    /** The class that those are of; `null`: all. */
    only: isBinary ? positive : null,
    loss: new Float64Array(room),
    confidence: new Float64Array(room),
    brier: new Float64Array(room),
    correct: new Uint8Array(room),
    inTop: classes > TOP ? new Uint8Array(room) : null,
    labels: new Int32Array(room),
    predicted: new Int32Array(room),
    top: { classes: new Int32Array(room * k), values: new Float64Array(room * k) },
    stored: room * kept <= MAX_AREA_VALUES ? new Float64Array(room * kept) : null,
  };
}

function readRow(
  row: Float64Array,
  { width, means }: OutputShape,
  values: Float32Array,
  at: number,
): void {
  if (width > 1) {
    const toLogit = TO_LOGIT[means];
    for (let i = 0; i < width; i++) row[i] = toLogit(values[at * width + i] as number);
    return;
  }
  const logit = logitOfOne(values[at] ?? Number.NaN, means);
  row[0] = Number.isNaN(logit) ? Number.NaN : 0;
  row[1] = logit;
  if (logit === Number.POSITIVE_INFINITY) row.set([Number.NEGATIVE_INFINITY, 0]);
}

interface Row {
  readonly row: Float64Array;
  readonly label: number;
  readonly score: RowScore;
}

function addRow(columns: Columns, at: number, { row, label, score }: Row): void {
  const { k, top } = columns;
  columns.labels[at] = label;
  columns.predicted[at] = score.best;
  columns.loss[at] = score.loss;
  columns.confidence[at] = score.confidence;
  columns.correct[at] = score.best === label ? 1 : 0;
  if (score.best < 0) {
    top.classes.fill(-1, at * k, (at + 1) * k);
    top.values.fill(Number.NaN, at * k, (at + 1) * k);
    return;
  }
  if (columns.inTop) columns.inTop[at] = isInTop(row, label) ? 1 : 0;
  topOf(row, top, { at: at * k, k });
  for (let i = at * k; i < (at + 1) * k; i++) {
    top.values[i] = Math.exp((top.values[i] as number) - score.total);
  }
}

function addProbabilities(columns: Columns, at: number, { row, label, score }: Row): void {
  const { classes, kept, only, stored } = columns;
  let apart = 0;
  for (let c = only ?? 0; c < (only === null ? classes : only + 1); c++) {
    const p = score.best < 0 ? Number.NaN : Math.exp((row[c] as number) - score.total);
    apart += (p - (c === label ? 1 : 0)) ** 2;
    if (stored) stored[at * kept + (only === null ? c : 0)] = p;
  }
  columns.brier[at] = apart;
}

function collectedOf(shape: OutputShape, columns: Columns, seen: number): Collected {
  const { k, kept, top, stored, inTop } = columns;
  return {
    shape,
    nonfinite: nonfiniteOf(columns.loss.subarray(0, seen)),
    predictions: {
      ...emptyPredictions(shape.task, seen, seen),
      loss: columns.loss.slice(0, seen),
      correct: columns.correct.slice(0, seen),
      confidence: columns.confidence.slice(0, seen),
      labels: columns.labels.slice(0, seen),
      predicted: columns.predicted.slice(0, seen),
      top: {
        k,
        classes: top.classes.slice(0, seen * k),
        probabilities: top.values.slice(0, seen * k),
      },
    },
    extras: {
      probabilities: stored?.slice(0, seen * kept) ?? null,
      brier: columns.brier.slice(0, seen),
      inTop: inTop?.slice(0, seen) ?? null,
      sums: null,
    },
  };
}
