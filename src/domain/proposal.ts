import type { UnaryName } from './graph.ts';

/** A layer of a proposed graph: what names and shapes show, and what they cannot. */
export interface ProposedLayer {
  /** Name of the layer in the state dict: `fc1`, `net.0`; unique. Activations and pooling: made up. */
  readonly name: string;
  readonly kind:
    | 'linear'
    | 'conv'
    | 'batch_norm'
    | 'layer_norm'
    | 'activation'
    | 'max_pool'
    /** `AdaptiveAvgPool2d(size)` */
    | 'adaptive_avg_pool'
    /** The mean over all positions, as `AdaptiveAvgPool2d(1)` and `flatten` give it. */
    | 'global_avg_pool'
    | 'flatten'
    /** Of its inputs, element by element. */
    | 'add'
    /** Of its inputs, channel after channel. */
    | 'concat'
    /** The first or the second half of the channels: see `part`. */
    | 'half'
    /** The channels of two halves in turn. */
    | 'shuffle';
  /** Names of the layers it takes, `input` for that of the network; absent: the layer before it. */
  readonly inputs?: readonly string[];
  readonly part?: 0 | 1;
  /** Of a pool: sizes are rounded up. */
  readonly ceil?: boolean;
  /**
   * Read off the file, in the order of their keys: `weight`, then `bias` where there is one;
   * `batch_norm`: `running_mean` and `running_var` come last. Empty for layers without parameters.
   */
  readonly shapes: readonly (readonly number[])[];
  /** What was assumed and can be changed. `softmax` only after the last layer. */
  readonly activation?: UnaryName | 'softmax' | 'none';
  readonly strides?: readonly number[];
  readonly padding?: readonly number[];
  readonly size?: readonly number[];
  readonly epsilon?: number;
}

/** A graph guessed from a state dict alone, to be confirmed or corrected by a person. */
export interface Proposal {
  /** The keys that lead to the state dict, joined by `.`: `model_state_dict`; `''`: the file is one. */
  readonly weights: string;
  readonly layers: readonly ProposedLayer[];
  /** Shape of one example; `null` where the weights do not tell a size. */
  readonly input: readonly (number | null)[];
  /** Each thing that was assumed. */
  readonly assumptions: readonly Assumption[];
}

/** What a proposal takes for granted: a code, and what a sentence about it needs. */
export type Assumption =
  /** Its names and shapes are those of this family of networks, so it is connected as that is. */
  | { readonly code: 'family'; readonly family: string }
  /** Of several candidates, the state dict under this key was taken. */
  | { readonly code: 'state-dict'; readonly key: string }
  /** `stored`: in the order of the file; `numbered`: by the numbers in their names. */
  | { readonly code: 'order'; readonly by: 'stored' | 'numbered' }
  /** No file says which function follows a layer. */
  | { readonly code: 'activation'; readonly layer: string; readonly activation: string }
  | { readonly code: 'padding'; readonly layer: string; readonly padding: readonly number[] }
  | { readonly code: 'strides'; readonly layer: string; readonly strides: readonly number[] }
  | { readonly code: 'max-pool'; readonly layer: string; readonly size: readonly number[] }
  | { readonly code: 'no-pool'; readonly layer: string }
  | { readonly code: 'global-avg-pool'; readonly layer: string }
  /** The size of one example follows from padding and pooling, all of them assumed. */
  | { readonly code: 'input-size'; readonly size: readonly number[] }
  /** One weight and one bias per feature, no running statistics: taken for a LayerNorm. */
  | { readonly code: 'layer-norm'; readonly layer: string }
  | { readonly code: 'epsilon'; readonly layer: string; readonly epsilon: number }
  /** The last layer gives logits. */
  | { readonly code: 'logits'; readonly layer: string };
