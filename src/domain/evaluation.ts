import type { ImagePreparation, Scaling } from './dataset.ts';
import type { GraphChoice } from './graph.ts';
import type { Defect } from './problem.ts';
import type { Scores, Task } from './scores.ts';

/** Where tfjs runs; results differ between them in the last digits. */
export type Backend = 'webgpu' | 'wasm' | 'cpu';

/**
 * Weights that no file holds: those of several checkpoints, averaged in float64 and rounded to float32 at the
 * end. Buffers and whole numbers are those of the last one, as `torch.optim.swa_utils` has it by default.
 */
export type VirtualCheckpoint =
  | { readonly kind: 'mean'; readonly of: readonly string[] }
  /** In the order of `of`: the first as it is, then `decay · average + (1 − decay) · next`. */
  | { readonly kind: 'ema'; readonly of: readonly string[]; readonly decay: number };

/** All that defines an evaluation; kept with its results. */
export interface EvaluationPlan {
  readonly graph: GraphChoice;
  /** By `CheckpointRef.path` or a name in `virtual`, in the order to compute them. */
  readonly checkpoints: readonly string[];
  /** Those of `checkpoints` that are made of others, by the name a person gave them. */
  readonly virtual?: Readonly<Record<string, VirtualCheckpoint>> | undefined;
  /** What the page calls the opened directory: results are kept under it. Left out: they are not kept. */
  readonly directory?: string | undefined;
  /** Left out: `multi-class`. */
  readonly task?: Task | undefined;
  readonly dataset: string;
  /** Tokens of an example, where they are cut out of one long text; left out: as the data set says. */
  readonly window?: number | undefined;
  /** Columns in the order of the graph's inputs. */
  readonly inputs: readonly string[];
  /** Of `multi-class` and `binary`; not looked at for other tasks. */
  readonly label: string;
  /**
   * Columns that the outputs are compared with: of `multi-label`, `regression` and `next-token`. None for
   * `next-token`: the first input's own tokens, each the target of the place before it.
   */
  readonly targets?: readonly string[] | undefined;
  /** Columns to tell groups of examples by: each group is scored by itself. */
  readonly slices?: readonly string[] | undefined;
  /** For columns of images. */
  readonly image?: ImagePreparation | undefined;
  /** By `GraphOutput.name`; left out: the first. */
  readonly output?: string | undefined;
  /** The class that precision, recall, F1 and the areas of `binary` are about; left out: 1. */
  readonly positive?: number | undefined;
  /**
   * `next-token`: whether the target of a place stands one place later in the target column, as Hugging Face
   * keeps labels. Left out: yes where the column repeats the input ids, no otherwise; a note says which.
   */
  readonly shift?: boolean | undefined;
  /** `next-token`: a target that does not count; left out: −100. */
  readonly ignore?: number | undefined;
  /** `next-token`: a column that is 0 at places that do not count, as an attention mask. */
  readonly mask?: string | undefined;
  /** Which class of the network each word of the label column stands for; left out: their order. */
  readonly classes?: readonly number[] | undefined;
  readonly scaling: Scaling;
  readonly batchSize: number;
  /** Takes the weights under this prefix, `generator.`, where several fit equally well. */
  readonly prefix?: string | undefined;
  /** The same for some checkpoints alone: raw weights or their EMA, say. Before `prefix`. */
  readonly prefixes?: Readonly<Record<string, string>> | undefined;
  /** Computes again what is kept from before. */
  readonly fresh?: boolean | undefined;
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
  /** All scores, once it is done or cancelled with something seen; absent before. */
  readonly scores?: Scores | undefined;
  /** Where its numbers come from; absent before it runs. */
  readonly provenance?: Provenance | undefined;
  /** What its predictions are asked for by, once there are any: `Evaluator.predictions`. */
  readonly key?: string | undefined;
  /** It was computed before and kept: nothing was computed now. */
  readonly isKept?: boolean | undefined;
}

/** A file, or all files of a checkpoint or a data set, as they were. */
export interface FileVersion {
  readonly path: string;
  /** Changes with the size or the time of any of its files. */
  readonly version: string;
}

/** Everything that a score depends on. */
export interface Provenance {
  /** `null`: a proposal that a person confirmed; the plan has it. */
  readonly graph: FileVersion | null;
  /** One; of a virtual checkpoint those it is made of. */
  readonly checkpoints: readonly FileVersion[];
  readonly dataset: FileVersion;
  /** As asked for, with this checkpoint alone. */
  readonly plan: EvaluationPlan;
  /** Examples computed together. */
  readonly batch: number;
  readonly backend: Backend;
  /** The adapter's name, `nvidia ampere`; `WebAssembly`, `JavaScript`. */
  readonly device: string;
  /** The version of Cairn. */
  readonly cairn: string;
  /** When it ended: milliseconds since 1970. */
  readonly date: number;
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
  /** The device failed while it computed; the batch is computed again on `to`. */
  | {
      readonly code: 'device-lost';
      readonly backend: Backend;
      readonly to: Backend;
      readonly why: string;
    }
  /** The device ran out of memory while it computed. */
  | {
      readonly code: 'batch-halved';
      readonly from: number;
      readonly to: number;
      readonly why: string;
    }
  /** No column was chosen for this input: it is filled. */
  | { readonly code: 'input-filled'; readonly input: string; readonly by: string }
  /** Next token: the targets of a place stand one place later in this column. */
  | { readonly code: 'shifted'; readonly column: string }
  /** The outputs of these places have no target and do not count. */
  | { readonly code: 'ignored'; readonly places: number; readonly of: number }
  /** Results could not be kept in the browser. */
  | { readonly code: 'not-kept'; readonly why: string }
  /** No second backend could compute the first batch. */
  | { readonly code: 'parity-skipped'; readonly backend: Backend; readonly why: string }
  /** The graph has several outputs; this one is scored. */
  | { readonly code: 'one-output'; readonly output: string; readonly of: number }
  /** One output per example: taken for the logit of class 1. */
  | { readonly code: 'binary'; readonly output: string };
