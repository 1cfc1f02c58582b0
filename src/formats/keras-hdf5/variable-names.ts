/** A variable of a layer; or one that is there when an option, true by default, is as given. */
type Variable = string | readonly [name: string, option: string, when: boolean];

const BIAS: Variable = ['bias', 'use_bias', true];
const AFFINE: readonly Variable[] = [
  ['gamma', 'scale', true],
  ['beta', 'center', true],
];
const RECURRENT: readonly Variable[] = ['kernel', 'recurrent_kernel', BIAS];

/**
 * What the variables of a Keras layer are called, in the order in which it keeps them. A file of
 * weights holds only their numbers: `layers/dense_1/vars/0`.
 *
 * @see https://github.com/keras-team/keras/tree/master/keras/src/layers each layer's `build`
 */
const VARIABLES: Readonly<Record<string, readonly Variable[]>> = {
  dense: ['kernel', BIAS],
  einsum_dense: ['kernel', BIAS],
  conv1d: ['kernel', BIAS],
  conv2d: ['kernel', BIAS],
  conv3d: ['kernel', BIAS],
  conv1d_transpose: ['kernel', BIAS],
  conv2d_transpose: ['kernel', BIAS],
  conv3d_transpose: ['kernel', BIAS],
  depthwise_conv1d: ['kernel', BIAS],
  depthwise_conv2d: ['kernel', BIAS],
  separable_conv1d: ['depthwise_kernel', 'pointwise_kernel', BIAS],
  separable_conv2d: ['depthwise_kernel', 'pointwise_kernel', BIAS],
  batch_normalization: [...AFFINE, 'moving_mean', 'moving_variance'],
  layer_normalization: AFFINE,
  group_normalization: AFFINE,
  rms_normalization: ['scale'],
  normalization: ['mean', 'variance', 'count'],
  embedding: ['embeddings'],
  reversible_embedding: ['embeddings', ['reverse_embeddings', 'tie_weights', false]],
  lstm_cell: RECURRENT,
  gru_cell: RECURRENT,
  simple_rnn_cell: RECURRENT,
  conv_lstm_cell: RECURRENT,
  p_re_lu: ['alpha'],
  attention: ['scale'],
  additive_attention: ['scale'],
  seed_generator: ['seed_generator_state'],
  // the parts of attention layers, by the attributes that hold them
  query_dense: ['kernel', BIAS],
  key_dense: ['kernel', BIAS],
  value_dense: ['kernel', BIAS],
  output_dense: ['kernel', BIAS],
};

/** What `quantize('int8')` puts behind the variables of these. */
const SCALES: Readonly<Record<string, string>> = {
  dense: 'kernel_scale',
  einsum_dense: 'kernel_scale',
  embedding: 'embeddings_scale',
};

export interface LayerVariables {
  /** What the layer may be, in snake case, the surest first: `['cell', 'lstm_cell']`. */
  readonly classes: readonly string[];
  /** The options it was made with, where they are known. */
  readonly options: Readonly<Record<string, unknown>> | undefined;
  /** How many variables it has. */
  readonly count: number;
}

/** The names of a layer's variables, in order; none where its class, or which of them it has, is not known. */
export function variableNames({ classes, options, count }: LayerVariables): readonly string[] {
  const known = classes.map(plain).find((name) => Object.hasOwn(VARIABLES, name));
  if (known === undefined) return [];
  const all = VARIABLES[known] ?? [];
  const scale = SCALES[known];
  const candidates = options ? [chosen(all, options)] : leavings(all);
  const fitting = candidates.flatMap((names) =>
    scale === undefined ? [names] : [names, [...names, scale]],
  );
  const [only, ...others] = fitting.filter((names) => names.length === count);
  const [first] = others;
  // `kernel, kernel_scale` and `kernel, bias` are both two: what is not quantized is far more common
  return only && (first === undefined || scale !== undefined) ? only : [];
}

function plain(name: string): string {
  return name.replace(/^_+|_\d+$/g, '');
}

/** Those that the options leave. */
function chosen(all: readonly Variable[], options: Readonly<Record<string, unknown>>): string[] {
  return all.flatMap((variable) => {
    if (typeof variable === 'string') return [variable];
    const [name, option, when] = variable;
    return (options[option] ?? true) === when ? [name] : [];
  });
}

/** All lists that options could leave, the longest first. */
function leavings(all: readonly Variable[]): readonly (readonly string[])[] {
  let lists: string[][] = [[]];
  for (const variable of all) {
    const name = typeof variable === 'string' ? variable : variable[0];
    const longer = lists.map((names) => [...names, name]);
    lists = typeof variable === 'string' ? longer : [...longer, ...lists];
  }
  return lists;
}
