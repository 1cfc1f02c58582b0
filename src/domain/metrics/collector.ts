import type { GraphOutput } from '#domain/graph.ts';
import type { Predictions, Task } from '#domain/scores.ts';

/** What a network gives, and for how many examples in all. */
export interface OutputShape {
  readonly task: Task;
  /** Examples to come: room is made for them at once. */
  readonly examples: number;
  /** Numbers per example, or per place of `next-token`: classes, labels, values. */
  readonly width: number;
  /** Of `next-token`, per example; 1 otherwise. */
  readonly places: number;
  readonly means: GraphOutput['means'];
  /** `binary` */
  readonly positive: number;
}

/**
 * What examples are compared with: class indices `[n]`, tokens `[n, places]` with −1 where there is none, or
 * numbers `[n, width]`.
 */
export type Targets = Int32Array | Float64Array;

/** Everything about the examples seen, from raw outputs in float64. */
export interface Collected {
  readonly shape: OutputShape;
  /** Of all examples seen, slices left out. */
  readonly predictions: Predictions;
  readonly extras: Extras;
  /** Per example seen: outputs, or tokens, that are not finite. */
  readonly nonfinite: Uint32Array;
}

/** What scores need and predictions do not hold. `null`: not of this task, or too many to hold. */
export interface Extras {
  /** `[n, classes]`; `binary`: `[n]`, of the positive class; `multi-label`: `[n, labels]`. */
  readonly probabilities: Float64Array<ArrayBuffer> | null;
  /** Squared distance of the probabilities from the truth, `[n]`. */
  readonly brier: Float64Array<ArrayBuffer> | null;
  /** 1: the label is among the five most likely, `[n]`. */
  readonly inTop: Uint8Array<ArrayBuffer> | null;
  /** `next-token`: sums per example, `[n]`. */
  readonly sums: TokenSums | null;
}

export interface TokenSums {
  /** Tokens that count. */
  readonly tokens: Float64Array<ArrayBuffer>;
  readonly loss: Float64Array<ArrayBuffer>;
  readonly right: Float64Array<ArrayBuffer>;
  readonly inTop: Float64Array<ArrayBuffer>;
}

/** Bytes that a collector holds, about. */
export function recordBytes({ task, examples, width, places }: OutputShape): number {
  switch (task) {
    case 'multi-class':
    case 'binary':
      return examples * 90 + Math.min(MAX_AREA_VALUES, examples * width) * 8;
    case 'multi-label':
    case 'regression':
      return examples * (90 + 16 * width);
    case 'next-token':
      return examples * 50 + Math.min(MAX_TOKENS, examples * places) * 20;
  }
}

/** Scores so far. */
export interface Running {
  /** Examples. */
  readonly seen: number;
  /** `null`: nothing was seen, no output was finite, or the task has none. */
  readonly accuracy: number | null;
  /** Mean cross-entropy, of `regression` mean squared error; `null` before anything was seen. */
  readonly loss: number | null;
  /** Examples, or tokens, whose outputs are not all finite. */
  readonly nonfinite: number;
}

/** Takes the outputs of one batch after the other. */
export interface Collector {
  /** @param values `[n, places, width]`, as downloaded */
  add(values: Float32Array, targets: Targets): void;
  running(): Running;
  collected(): Collected;
}

/** Tokens kept one by one; of more, those of evenly spread examples. Each takes 20 bytes. */
export const MAX_TOKENS = 5_000_000;

/** Probabilities held of one checkpoint; past it there are no areas under curves. */
export const MAX_AREA_VALUES = 2_500_000;

export const NO_EXTRAS: Extras = { probabilities: null, brier: null, inTop: null, sums: null };

/** Columns that the task has none of. */
export function emptyPredictions(task: Task, total: number, seen: number): Predictions {
  return {
    task,
    total,
    examples: Uint32Array.from({ length: seen }, (_, i) => i),
    loss: new Float64Array(),
    correct: new Uint8Array(),
    confidence: new Float64Array(),
    labels: new Int32Array(),
    predicted: new Int32Array(),
    top: { k: 0, classes: new Int32Array(), probabilities: new Float64Array() },
    values: { width: 0, targets: new Float64Array(), outputs: new Float64Array() },
    tokens: {
      offsets: new Uint32Array(),
      places: new Uint32Array(),
      targets: new Int32Array(),
      predicted: new Int32Array(),
      loss: new Float64Array(),
    },
    slices: [],
  };
}

/** 1 where a loss is `NaN`: its outputs are not finite. */
export function nonfiniteOf(loss: Float64Array): Uint32Array {
  return Uint32Array.from(loss, (value) => (Number.isNaN(value) ? 1 : 0));
}

/** Adds up scores that every example has one of. */
export function countRunning() {
  const sums = { seen: 0, right: 0, loss: 0, nonfinite: 0 };
  return {
    seen: () => sums.seen,
    /** @param loss `NaN`: its outputs are not finite, and it is not right */
    count(isRight: boolean, loss: number): void {
      sums.seen++;
      sums.loss += loss;
      if (Number.isNaN(loss)) sums.nonfinite++;
      else if (isRight) sums.right++;
    },
    running: (): Running => ({
      seen: sums.seen,
      accuracy: sums.nonfinite === sums.seen ? null : sums.right / sums.seen,
      loss: sums.seen === 0 ? null : sums.loss / sums.seen,
      nonfinite: sums.nonfinite,
    }),
  };
}
