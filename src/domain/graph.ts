import type { Dtype } from './dtype.ts';
import type { GraphReading } from './graph-reading.ts';
import type { Proposal } from './proposal.ts';

/** Axes of an image batch: `NCHW` as PyTorch has it, `NHWC` as TensorFlow has it; of volumes and rows as well. */
export type Layout = 'NCHW' | 'NHWC';

/** Axes of a convolution kernel. `HWIM` is TensorFlow's depthwise kernel. */
export type KernelLayout = 'OIHW' | 'HWIO' | 'HWIM';

/** Axes of a transposed convolution's kernel: `IOHW` as PyTorch keeps it, `HWOI` as TensorFlow does. */
export type TransposedKernelLayout = 'IOHW' | 'HWOI';

/** Explicit `[before, after]` per spatial axis, or TensorFlow's `same`, which depends on the size. */
export type Padding = 'same' | readonly (readonly [number, number])[];

/** A size: a number, `-1` for what is left over, or the name of a value that a `size` node gives. */
export type Dimension = number | string;

interface Window {
  readonly layout: Layout;
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
}

/** Functions of one number. `gelu` is exact (erf); `gelu_tanh` its approximation. */
export type UnaryName =
  | 'relu'
  | 'relu6'
  | 'gelu'
  | 'gelu_tanh'
  | 'silu'
  | 'sigmoid'
  | 'hard_sigmoid'
  | 'hard_sigmoid_keras2'
  | 'hard_swish'
  | 'tanh'
  | 'softplus'
  | 'softsign'
  | 'selu'
  | 'mish'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
  | 'neg'
  | 'abs'
  | 'square'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'floor'
  | 'ceil'
  /** To the nearest whole number, halves to the even one. */
  | 'round'
  | 'sign'
  | 'reciprocal'
  | 'log1p'
  | 'expm1'
  | 'log_sigmoid'
  /** Truth values: `not` of one; the others of a number. */
  | 'not'
  | 'is_nan'
  | 'is_inf'
  | 'is_finite';

/** `floor_div` and `remainder` round down, so that a remainder has the sign of what it was divided by. */
export type BinaryName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'maximum'
  | 'minimum'
  | 'pow'
  | 'floor_div'
  | 'remainder';

export type CompareName = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** What a recurrent layer applies inside. */
export type RecurrentActivation =
  | 'tanh'
  | 'sigmoid'
  | 'hard_sigmoid'
  | 'hard_sigmoid_keras2'
  | 'relu'
  | 'linear';

interface RecurrentAttributes {
  readonly reverse: boolean;
  readonly activation: RecurrentActivation;
  /** Of the gates. */
  readonly recurrent: RecurrentActivation;
}

/**
 * Every op of the table in `models/ops`, with its attributes. `inputs` are listed in the comment;
 * those in brackets may be `null`. All axes may be negative.
 */
export interface OpAttributes {
  /** x, weight, [bias]. `OI`: `x · Wᵀ`, as PyTorch keeps it; `IO`: `x · W`. */
  linear: { readonly weight: 'OI' | 'IO' };
  /** a, b: the last two axes multiplied, the others broadcast. */
  matmul: Readonly<Record<string, never>>;
  /** x, kernel, [bias]; over one, two or three axes by the length of `strides`. */
  conv: {
    readonly layout: Layout;
    readonly kernel: KernelLayout;
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly padding: Padding;
    readonly groups: number;
  };
  /**
   * x, kernel, [bias]; over one or two axes. What comes out is `(size − 1) · stride + reach`, less the
   * padding, plus `outputPadding` at the end; `same` gives `size · stride`.
   */
  conv_transpose: {
    readonly layout: Layout;
    readonly kernel: TransposedKernelLayout;
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly padding: Padding;
    readonly outputPadding: readonly number[];
    readonly groups: number;
  };
  /** x */
  max_pool: Window & { readonly ceil: boolean };
  /** x; `countPadding`: zeros of the padding count in the mean. */
  avg_pool: Window & { readonly ceil: boolean; readonly countPadding: boolean };
  /** x; any output size, windows as PyTorch cuts them. */
  adaptive_avg_pool: { readonly layout: Layout; readonly size: readonly number[] };
  /** x */
  adaptive_max_pool: { readonly layout: Layout; readonly size: readonly number[] };
  /** x, [scale], [offset], mean, variance */
  batch_norm: { readonly axis: number; readonly epsilon: number };
  /** x, [scale], [offset]; over `axes`, which are the last ones. */
  layer_norm: { readonly axes: readonly number[]; readonly epsilon: number };
  /** x, [scale]; by the root of the mean square over `axes`, which are the last ones. */
  rms_norm: { readonly axes: readonly number[]; readonly epsilon: number };
  /** x, [scale], [offset] */
  group_norm: { readonly groups: number; readonly axis: number; readonly epsilon: number };
  /** x */
  unary: { readonly name: UnaryName };
  /** x; `alpha` is the slope below zero. */
  leaky_relu: { readonly alpha: number };
  elu: { readonly alpha: number };
  /** x, slope */
  prelu: { readonly axis: number };
  /** x; a bound that is absent is `null`. */
  clamp: { readonly min: number | null; readonly max: number | null };
  softmax: { readonly axis: number };
  log_softmax: { readonly axis: number };
  /** a, b, broadcast as NumPy does. */
  binary: { readonly name: BinaryName };
  /** a, b, broadcast; gives truth values. NaN is equal to nothing. */
  compare: { readonly name: CompareName };
  /** a, b: truth values, broadcast. */
  logical: { readonly name: 'and' | 'or' | 'xor' };
  /** condition, a, b, all broadcast. */
  where: Readonly<Record<string, never>>;
  /** no inputs: one number everywhere. */
  fill: { readonly shape: readonly Dimension[]; readonly value: number; readonly dtype: Dtype };
  /** no inputs: `from, from + step, …`, ends before `to`. */
  range: {
    readonly from: number;
    readonly to: Dimension;
    readonly step: number;
    readonly dtype: Dtype;
  };
  /** no inputs: a constant, row-major. */
  constant: {
    readonly values: readonly number[];
    readonly shape: readonly number[];
    readonly dtype: Dtype;
  };
  /** x: its length along `axis`, a value to name in a `Dimension`. */
  size: { readonly axis: number };
  /** x */
  reshape: { readonly shape: readonly Dimension[] };
  /** x; axes `[from, to]` become one. */
  flatten: { readonly from: number; readonly to: number };
  transpose: { readonly axes: readonly number[] };
  squeeze: { readonly axes: readonly number[] | null };
  unsqueeze: { readonly axis: number };
  expand: { readonly shape: readonly Dimension[] };
  /** x…; any number of inputs. */
  concat: { readonly axis: number };
  /** x; `[from, to)` with a stride of `step`. */
  slice: {
    readonly axis: number;
    readonly from: number;
    readonly to: number | null;
    readonly step: number;
  };
  /** x; the axis goes away. */
  select: { readonly axis: number; readonly index: number };
  /** x; `[before, after]` per axis, all axes. */
  pad: { readonly padding: readonly (readonly [number, number])[]; readonly value: number };
  /** x; spatial axes multiplied by `factors`, or brought to `size`. */
  resize: {
    readonly layout: Layout;
    readonly size: readonly number[] | null;
    readonly factors: readonly number[] | null;
    readonly method: 'nearest' | 'bilinear';
  };
  /** x; `axes: null` is all. */
  reduce: {
    readonly name: 'mean' | 'sum' | 'max' | 'min' | 'prod' | 'any' | 'all';
    readonly axes: readonly number[] | null;
    readonly keep: boolean;
  };
  /** x; the index of the first greatest or least. */
  arg: { readonly name: 'max' | 'min'; readonly axis: number; readonly keep: boolean };
  /** x; running sums along an axis. */
  cumsum: { readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean };
  /** x; zeros but for the last two axes' lower or upper triangle, `diagonal` further up. */
  triangle: { readonly keep: 'lower' | 'upper'; readonly diagonal: number };
  /** x */
  flip: { readonly axes: readonly number[] };
  /** x; what goes out at one end comes in at the other. */
  roll: { readonly axes: readonly number[]; readonly shifts: readonly number[] };
  /** x; repeated as a whole, per axis, axes added in front. */
  tile: { readonly repeats: readonly Dimension[] };
  /** x: indices. */
  one_hot: { readonly depth: number };
  /** x, indices: the slices of `axis` at the indices, whose axes stand in its place, as `np.take` does. */
  gather: { readonly axis: number };
  /** x, indices of the same rank: as `np.take_along_axis` and `torch.gather`. */
  gather_elements: { readonly axis: number };
  /** x…; no letter twice in one operand, no dots. */
  einsum: { readonly equation: string };
  /**
   * x `[n, t, features]`, kernel `[features, 4u]`, recurrent kernel `[u, 4u]`, [bias `[4u]`], [first h
   * `[n, u]`], [first c], [mask `[n, t]`]; gates i, f, g, o. Gives `[2, n, t, u]`: h and c after every step, in
   * the order of x even where it is gone through in `reverse`. A step that is masked keeps both.
   */
  lstm: RecurrentAttributes;
  /**
   * x, kernel `[features, 3u]`, recurrent kernel `[u, 3u]`, [bias `[3u]`], [recurrent bias `[3u]`], [first
   * h], [mask]; gates z, r, h. Gives `[n, t, u]`. `resetAfter`: the reset gate meets the product with its
   * bias, as in cuDNN and PyTorch.
   */
  gru: RecurrentAttributes & { readonly resetAfter: boolean };
  /** x, kernel `[features, u]`, recurrent kernel `[u, u]`, [bias `[u]`], [first h], [mask]. Gives `[n, t, u]`. */
  simple_rnn: Omit<RecurrentAttributes, 'recurrent'>;
  /** indices, table */
  embedding: Readonly<Record<string, never>>;
  /** x; changes nothing when evaluating: dropout, contiguous, dtype of the same kind. */
  identity: Readonly<Record<string, never>>;
  /** x */
  cast: { readonly dtype: Dtype };
}

export type OpName = keyof OpAttributes;

/** One op of the table in `models/ops`, with plain attributes. */
export type GraphNode = {
  [Op in OpName]: {
    readonly op: Op;
    /** Names of values, parameters, constants or graph inputs; `null` where one is left out. */
    readonly inputs: readonly (string | null)[];
    readonly outputs: readonly string[];
    readonly attributes: OpAttributes[Op];
    /** The framework's own name of it, for messages: `torch.ops.aten.conv2d.default`, `Conv2D "conv1"`. */
    readonly source: string;
  };
}[OpName];

export interface GraphInput {
  readonly name: string;
  readonly dtype: Dtype;
  /** `null` where any size will do, as for the batch, which is the first axis. */
  readonly shape: readonly (number | null)[];
  /** Fills it where the data set has nothing for it: an attention mask of ones. Absent: it must have. */
  readonly fallback?: number | undefined;
}

/** What a checkpoint must bring. The key is the value's name in the graph. */
export interface GraphParameter {
  /** The key that a checkpoint of this model uses: `fc1.weight`, `conv2d/kernel`. */
  readonly name: string;
  /** Row-major, as the checkpoint keeps it. */
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** Other keys of the same tensor: tied weights, names of other framework versions. */
  readonly aliases?: readonly string[];
}

/** Values that come with the graph: lifted constants, and weights where the file holds some. */
export interface GraphConstant {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major, little-endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface GraphOutput {
  /** Name of a value, as a node gives it out. */
  readonly name: string;
  /** What the numbers are; metrics are computed from logits, or from the logarithm of probabilities. */
  readonly means: 'logits' | 'probabilities' | 'log-probabilities' | 'values';
}

/** A network as its framework described it, without tfjs. Survives `postMessage`. */
export interface Graph {
  /** For people: `model.pt2 · torch.export`. */
  readonly title: string;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
  readonly parameters: ReadonlyMap<string, GraphParameter>;
  readonly constants: ReadonlyMap<string, GraphConstant>;
  /** In an order in which they can be computed. */
  readonly nodes: readonly GraphNode[];
  /** The batch that was baked in when it was exported; `null` when any will do. */
  readonly batch: number | null;
  /** What the reader assumed, for the person to see. */
  readonly notes: readonly GraphNote[];
  /** The checkpoint, by its path, that brings the weights which another one only adds to: the base of an adapter. */
  readonly base?: string;
  /** Where a file holds several networks under names: all of them, this one first. */
  readonly signatures?: readonly string[];
  /** It holds for inputs of certain lengths alone, as loops do: read it again with `GraphChoice.lengths`. */
  readonly laidOut?: boolean;
}

export type GraphNote =
  /** The weights that an adapter adds to come from this checkpoint. */
  | { readonly code: 'base-model'; readonly checkpoint: string }
  /** The softmax at the end was left out: the metrics come from the logits before it. */
  | { readonly code: 'softmax-left-out'; readonly layer: string }
  /** The model was trained in `policy` (`mixed_float16`); Cairn computes in float32. */
  | { readonly code: 'precision'; readonly policy: string }
  /** Layers of preprocessing for training only, which change nothing when evaluating. */
  | { readonly code: 'training-only'; readonly layer: string };

/** Which graph: a file, or a proposal that a person has confirmed. */
export type GraphChoice =
  | ({ readonly kind: 'file'; readonly path: string } & GraphReading)
  | { readonly kind: 'proposal'; readonly proposal: Proposal };
