import type { Scaling } from './dataset.ts';
import type { GraphChoice } from './graph.ts';
import type { Defect } from './problem.ts';

/** Where tfjs runs; results differ between them in the last digits. */
export type Backend = 'webgpu' | 'wasm' | 'cpu';

/** All that defines an evaluation; kept with its results. */
export interface EvaluationPlan {
  readonly graph: GraphChoice;
  /** By `CheckpointRef.path`, in the order to compute them. */
  readonly checkpoints: readonly string[];
  readonly dataset: string;
  /** Columns in the order of the graph's inputs. */
  readonly inputs: readonly string[];
  readonly label: string;
  /** Which class of the network each word of the label column stands for; left out: their order. */
  readonly classes?: readonly number[] | undefined;
  readonly scaling: Scaling;
  readonly batchSize: number;
  /** Takes the weights under this prefix, `generator.`, where several fit equally well. */
  readonly prefix?: string | undefined;
  /** `null`: the best that works here. */
  readonly backend: Backend | null;
}

/** How the tensors of a checkpoint meet the parameters of a graph. */
export interface Binding {
  /**
   * Parameter (by its value name in the graph) to tensor name, and the rule that joined them, as
   * patterns of both: `*` (the same name), `model_state_dict.* → *`, `* → net.*`, `dense_5/* → dense/*`.
   */
  readonly used: readonly {
    readonly parameter: string;
    readonly tensor: string;
    readonly rule: string;
  }[];
  /** Tensors that the graph has no use for, weights only: no optimizer state. */
  readonly unused: readonly string[];
  /** Parameters that no tensor fits by name. */
  readonly missing: readonly string[];
  /** Joined by name, but of another shape. */
  readonly reshaped: readonly {
    readonly parameter: string;
    readonly tensor: string;
    readonly wanted: readonly number[];
    readonly found: readonly number[];
  }[];
  /** Prefixes under which the parameters fit equally well, so that none was taken; empty otherwise. */
  readonly ambiguous: readonly string[];
}

/** The first batch computed again on another backend. */
export interface Parity {
  readonly backend: Backend;
  readonly examples: number;
  /** Largest |a − b| / max(1, |b|) over all outputs. */
  readonly difference: number;
}

/** What a data set says of one checkpoint, complete or so far. */
export interface Evaluation {
  readonly checkpoint: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Examples. */
  readonly seen: number;
  readonly total: number;
  /** From 0 to 1, over `seen`; `null` before the first batch. */
  readonly accuracy: number | null;
  /** Mean cross-entropy in nats over `seen`, from raw logits in float64. `NaN` when an output is not finite. */
  readonly loss: number | null;
  /** Examples whose outputs are not all finite; they count as wrong. */
  readonly nonfinite: number;
  readonly backend: Backend;
  readonly parity: Parity | null;
  readonly binding: Binding | null;
  /** Why it failed. */
  readonly defect: Defect | null;
  /** Raw outputs of the first examples, `[8, classes]`, for comparing with the framework's. */
  readonly firstOutputs: readonly (readonly number[])[];
}

/** Sent while an evaluation goes on. */
export interface EvaluationProgress {
  readonly evaluations: readonly Evaluation[];
  /** Examples per second since the start, warm-up left out; `null` before it is known. */
  readonly rate: number | null;
  /** Seconds; `null` before it is known. */
  readonly left: number | null;
  /** What it waits for: shaders of the first batch take longer than all others. */
  readonly phase: 'reading' | 'compiling' | 'computing' | 'comparing';
  /** What happened that a person should know, in the order in which it happened. */
  readonly notes: readonly EvaluationNote[];
}

/** A code, and what a sentence about it needs. Shapes are of one example; sizes are bytes. */
export type EvaluationNote =
  /** It would not start, so the next one was taken. `why` is the browser's own word, in English. */
  | { readonly code: 'backend-failed'; readonly backend: Backend; readonly why: string }
  /** WebGPU runs, but on the processor: correct and slow. */
  | { readonly code: 'software-adapter'; readonly device: string }
  /** The same elements in the same order, under another shape. */
  | {
      readonly code: 'reshaped';
      readonly column: string;
      readonly from: readonly number[];
      readonly to: readonly number[];
    }
  /** Channels were moved from one end to the other. */
  | {
      readonly code: 'transposed';
      readonly column: string;
      readonly from: readonly number[];
      readonly to: readonly number[];
    }
  /** A value of the graph would have been larger than the device holds. */
  | {
      readonly code: 'batch-reduced';
      readonly from: number;
      readonly to: number;
      readonly value: string;
      readonly bytes: number;
      readonly limit: number;
    }
  /** The graph was exported for this batch alone; the last one is filled up. */
  | { readonly code: 'batch-fixed'; readonly size: number }
  /** These weights are not finite, and a GPU need not keep NaN: computed on `backend` instead. */
  | {
      readonly code: 'nonfinite-weights';
      readonly checkpoint: string;
      readonly tensor: string;
      readonly count: number;
      readonly backend: Backend;
    }
  /** No second backend could compute the first batch. */
  | { readonly code: 'parity-skipped'; readonly backend: Backend; readonly why: string }
  /** The graph has several outputs; this one is scored. */
  | { readonly code: 'one-output'; readonly output: string; readonly of: number }
  /** One output per example: taken for the logit of class 1. */
  | { readonly code: 'binary'; readonly output: string };
