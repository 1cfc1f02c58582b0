import type { CheckpointRef, FileRef, Sourced } from './run.ts';
import type { Metadata, TensorInfo, WeightsOnly } from './tensor.ts';
import type { Judgement } from './verdict.ts';

/** What a checkpoint holds that a training needs to go on. `null`: the format cannot tell. */
export interface Readiness {
  readonly weights: boolean;
  readonly optimizer: boolean | null;
  readonly scheduler: boolean | null;
  readonly scaler: boolean | null;
  readonly rng: boolean | null;
  readonly dataPosition: boolean | null;
}

/** A row of the checkpoints table. */
export interface CheckpointSummary {
  readonly ref: CheckpointRef;
  /** Path of its run. */
  readonly run: string;
  /** The version that was read. `null` when the file was gone. */
  readonly file: FileRef | null;
  /** Id of its format, as in `formats/`; `null` when none claims it. */
  readonly format: string | null;
  /** For people: `PyTorch`. */
  readonly title: string;
  readonly framework: 'pytorch' | 'tensorflow' | 'keras' | 'jax' | null;
  readonly step: Sourced<number> | null;
  readonly epoch: Sourced<number> | null;
  /** Numbers that its metadata or name gives: `loss`, `best_accuracy`. */
  readonly metrics: readonly { readonly tag: string; readonly value: Sourced<number> }[];
  readonly judgement: Judgement;
  readonly readiness: Readiness | null;
  /** Bytes of all its files. */
  readonly size: number;
  readonly tensors: number;
  /** Elements of all weights. */
  readonly parameters: number;
}

/** Everything the checkpoint page shows that costs no tensor reads. */
export interface CheckpointDetails {
  readonly summary: CheckpointSummary;
  /** Names this version of its files; what is asked of its tensors can be bound to it. */
  readonly version?: string;
  readonly tensors: readonly DescribedTensor[];
  readonly metadata: { readonly [key: string]: Metadata };
  readonly globals: readonly PickleGlobal[];
  /** What `torch.load(weights_only=True)` makes of it, where torch loads it. */
  readonly weightsOnly?: WeightsOnly;
  readonly writer: string | null;
  /** Names of the objects under the root, where the file keeps an object graph as TensorFlow does. */
  readonly objects?: readonly string[];
}

/** What a tensor is for, told from its name. */
export type TensorRole = 'weight' | 'buffer' | 'optimizer' | 'ema' | 'other';

export interface DescribedTensor extends TensorInfo {
  readonly role: TensorRole;
}

/** A global that a pickle would import. */
export interface PickleGlobal {
  /** `module.name` */
  readonly name: string;
  /** Whether `torch.load(weights_only=True)` takes it unasked. */
  readonly allowed: boolean;
}
