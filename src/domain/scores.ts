/** What a network is asked to tell. */
export type Task = 'multi-class' | 'binary' | 'multi-label' | 'regression' | 'next-token';

/** In the order in which they are shown. */
export const SCORE_NAMES = [
  /** Of examples; `next-token`: of tokens; `multi-label`: of examples all of whose labels are right. */
  'accuracy',
  /** The label is among the five most likely classes. */
  'top_5',
  /** Nats; `multi-label`: the mean over labels of the binary one. */
  'cross_entropy',
  'perplexity',
  /** `binary`: of the positive class. */
  'precision',
  'recall',
  'f1',
  'precision_macro',
  'recall_macro',
  'f1_macro',
  'precision_micro',
  'recall_micro',
  'f1_micro',
  'precision_weighted',
  'recall_weighted',
  'f1_weighted',
  /** `binary`: of the positive class; otherwise the mean over classes, each against the rest. */
  'roc_auc',
  /** Average precision: the step-wise area, as scikit-learn has it; means as with `roc_auc`. */
  'pr_auc',
  /** Of labels that are wrong. */
  'hamming_loss',
  /** `binary`, `multi-label`: the mean of (p − y)²; `multi-class`: summed over classes, from 0 to 2. */
  'brier',
  /** Expected calibration error of the most likely class, 15 bins of equal width. */
  'ece',
  'mae',
  'rmse',
  /** The mean over outputs; `NaN` where targets do not vary. */
  'r2',
] as const;

export type ScoreName = (typeof SCORE_NAMES)[number];

/** A number with its 95 % bootstrap interval (percentiles); `null` where it has none. */
export interface Estimate {
  /** `NaN` where an output it depends on is not finite, or where it is not defined. */
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Those that the task has. */
export type Metrics = Readonly<Partial<Record<ScoreName, Estimate>>>;

/** What was computed of one checkpoint, from raw outputs in float64. */
export interface Scores {
  readonly task: Task;
  readonly examples: number;
  /** `next-token`: tokens that count; otherwise the examples. */
  readonly units: number;
  /** Of `units`, those whose outputs are not all finite: never right, and the losses are `NaN`. */
  readonly nonfinite: number;
  readonly metrics: Metrics;
  /** Per class (`multi-class`, `binary`) or label (`multi-label`); empty for other tasks and past `MAX_CLASSES`. */
  readonly classes: readonly ClassScores[];
  /** Per output of a `regression`. */
  readonly outputs: readonly OutputScores[];
  /** `multi-class`, `binary`, up to `MAX_CONFUSION` classes; `confusionOf` gives it from predictions. */
  readonly confusion: Confusion | null;
  /** By confidence, equal widths; empty where the task has none. */
  readonly reliability: readonly ReliabilityBin[];
  readonly slices: readonly SliceScores[];
  /** Examples are drawn with replacement; of tokens, whole sequences. 0: there are too many for any. */
  readonly bootstrap: { readonly resamples: number; readonly seed: number };
  /** What was left out for its cost, in words of this list. */
  readonly leftOut: readonly LeftOut[];
}

export type LeftOut =
  /** Sorting so many probabilities would take minutes. */
  | { readonly code: 'areas'; readonly values: number; readonly limit: number }
  | { readonly code: 'area-intervals'; readonly values: number; readonly limit: number }
  | { readonly code: 'classes'; readonly count: number; readonly limit: number }
  /** A slice column with more values: the most frequent ones are scored. */
  | {
      readonly code: 'slices';
      readonly column: string;
      readonly count: number;
      readonly limit: number;
    };

export interface ClassScores {
  readonly index: number;
  /** Examples of this class. */
  readonly support: number;
  /** Examples taken for it. */
  readonly predicted: number;
  /** `null` where it is not defined (counts as 0 in means, as in scikit-learn). */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Against the rest; `null` where there is only one side, and where it was left out. */
  readonly rocAuc: number | null;
  readonly prAuc: number | null;
}

export interface OutputScores {
  readonly index: number;
  readonly mae: number;
  readonly rmse: number;
  readonly r2: number;
}

/** Counts `[label][predicted]`, row-major. */
export interface Confusion {
  readonly classes: number;
  readonly counts: readonly number[];
  /** Per label: examples without a prediction, as their outputs are not finite. */
  readonly none: readonly number[];
}

export interface ReliabilityBin {
  /** `(low, high]` */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Means; `NaN` of an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface SliceScores {
  readonly column: string;
  readonly value: string | number | null;
  readonly examples: number;
  readonly nonfinite: number;
  /** The main ones of the task. */
  readonly metrics: Metrics;
}

/** Classes that are scored one by one. */
export const MAX_CLASSES = 10_000;

/** Classes of a confusion matrix that is kept with the scores. */
export const MAX_CONFUSION = 100;

/** Most likely classes kept per example. */
export const TOP = 5;

/** What was predicted for single examples: columns `[n]` of the same length. */
export interface Predictions {
  readonly task: Task;
  /** Examples that were evaluated; more than `examples.length`: these are some of them, evenly spread. */
  readonly total: number;
  /** Which example of the data set, from 0, ascending. */
  readonly examples: Uint32Array<ArrayBuffer>;
  /**
   * Cross-entropy in nats (`multi-label`: mean over labels; `next-token`: mean over tokens that count) or mean
   * squared error; `NaN` where an output is not finite.
   */
  readonly loss: Float64Array<ArrayBuffer>;
  /** 1: right. `next-token`: all tokens right. `regression`: 0 everywhere. */
  readonly correct: Uint8Array<ArrayBuffer>;
  /** Probability of what was predicted; `NaN` where there is none. `next-token`: mean over tokens of the target's. */
  readonly confidence: Float64Array<ArrayBuffer>;
  /** Classes of `multi-class` and `binary`, empty otherwise. `predicted` is −1 where outputs are not finite. */
  readonly labels: Int32Array<ArrayBuffer>;
  readonly predicted: Int32Array<ArrayBuffer>;
  /** Most likely first, `[n, k]`: classes or labels; `k` ≤ `TOP`, 0 where the task has none. */
  readonly top: {
    readonly k: number;
    readonly classes: Int32Array<ArrayBuffer>;
    readonly probabilities: Float64Array<ArrayBuffer>;
  };
  /** `regression`: values; `multi-label`: 0 or 1 and probabilities; `[n, width]`. `width` 0 otherwise. */
  readonly values: {
    readonly width: number;
    readonly targets: Float64Array<ArrayBuffer>;
    readonly outputs: Float64Array<ArrayBuffer>;
  };
  /** `next-token`: places that count, one example after the other. */
  readonly tokens: {
    /** `[n + 1]`: places of example i are `offsets[i]` to `offsets[i + 1]`. Empty otherwise. */
    readonly offsets: Uint32Array<ArrayBuffer>;
    /** Place in the sequence of the output. */
    readonly places: Uint32Array<ArrayBuffer>;
    readonly targets: Int32Array<ArrayBuffer>;
    readonly predicted: Int32Array<ArrayBuffer>;
    readonly loss: Float64Array<ArrayBuffer>;
  };
  /** The columns asked for. */
  readonly slices: readonly SliceColumn[];
}

export interface SliceColumn {
  readonly column: string;
  /** Different values, in the order of their first example. */
  readonly values: readonly (string | number | null)[];
  /** `[n]`, into `values`. */
  readonly codes: Int32Array<ArrayBuffer>;
}

/** Two checkpoints over the same examples. */
export interface Comparison {
  /** Examples that both have. */
  readonly examples: number;
  /** Right by both; wrong by the first and right by the second; the other way round; wrong by both. */
  readonly bothRight: number;
  readonly fixed: number;
  readonly broken: number;
  readonly bothWrong: number;
  /** Whether as many were fixed as broken; `null` for `regression`, and where none was either. */
  readonly mcnemar: McNemar | null;
  /** Second minus first, over the same resamples. */
  readonly differences: Metrics;
}

export interface McNemar {
  /** Exact binomial below 25 discordant examples, otherwise χ² with continuity correction. */
  readonly isExact: boolean;
  /** The smaller count where exact; χ² otherwise. */
  readonly statistic: number;
  /** Two-sided. */
  readonly p: number;
}
