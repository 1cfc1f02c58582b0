import type { OpName } from '#domain/graph.ts';
import { clamp, elu, leakyRelu, logSoftmax, prelu, softmax, unary } from './activations.ts';
import { binary, castTo, constant, reduce, size } from './arithmetic.ts';
import {
  concat,
  embedding,
  expand,
  flatten,
  identity,
  pad,
  reshape,
  select,
  slice,
  squeeze,
  transpose,
  unsqueeze,
} from './arrays.ts';
import { compare, fill, logical, range, where } from './choose.ts';
import { conv } from './conv.ts';
import { convTranspose } from './conv-transpose.ts';
import { einsum } from './einsum.ts';
import {
  arg,
  cumsum,
  flip,
  gather,
  gatherElements,
  oneHot,
  roll,
  tile,
  triangle,
} from './indexing.ts';
import { linear, matmul } from './linear.ts';
import {
  batchNormalization,
  groupNormalization,
  layerNormalization,
  rmsNormalization,
} from './normalize.ts';
import type { Op } from './op.ts';
import { adaptiveAvgPooling, adaptiveMaxPooling, avgPooling, maxPooling } from './pool.ts';
import { gru, lstm, simpleRnn } from './recurrent.ts';
import { resize } from './resize.ts';

/** Every op that a graph may hold. To add one: its attributes in `domain/graph.ts`, and a line here. */
export const OPS: { readonly [Name in OpName]: Op<Name> } = {
  linear,
  matmul,
  conv,
  conv_transpose: convTranspose,
  max_pool: maxPooling,
  avg_pool: avgPooling,
  adaptive_avg_pool: adaptiveAvgPooling,
  adaptive_max_pool: adaptiveMaxPooling,
  batch_norm: batchNormalization,
  layer_norm: layerNormalization,
  rms_norm: rmsNormalization,
  group_norm: groupNormalization,
  unary,
  leaky_relu: leakyRelu,
  elu,
  prelu,
  clamp,
  softmax,
  log_softmax: logSoftmax,
  binary,
  compare,
  logical,
  where,
  fill,
  range,
  constant,
  size,
  reshape,
  flatten,
  transpose,
  squeeze,
  unsqueeze,
  expand,
  concat,
  slice,
  select,
  pad,
  resize,
  reduce,
  arg,
  cumsum,
  triangle,
  flip,
  roll,
  tile,
  one_hot: oneHot,
  gather,
  gather_elements: gatherElements,
  einsum,
  lstm,
  gru,
  simple_rnn: simpleRnn,
  embedding,
  identity,
  cast: castTo,
};
