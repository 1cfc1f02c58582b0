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
import { conv } from './conv.ts';
import { linear, matmul } from './linear.ts';
import { batchNormalization, groupNormalization, layerNormalization } from './normalize.ts';
import type { Op } from './op.ts';
import { adaptiveAvgPooling, avgPooling, maxPooling } from './pool.ts';
import { resize } from './resize.ts';

/** Every op that a graph may hold. To add one: its attributes in `domain/graph.ts`, and a line here. */
export const OPS: { readonly [Name in OpName]: Op<Name> } = {
  linear,
  matmul,
  conv,
  max_pool: maxPooling,
  avg_pool: avgPooling,
  adaptive_avg_pool: adaptiveAvgPooling,
  batch_norm: batchNormalization,
  layer_norm: layerNormalization,
  group_norm: groupNormalization,
  unary,
  leaky_relu: leakyRelu,
  elu,
  prelu,
  clamp,
  softmax,
  log_softmax: logSoftmax,
  binary,
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
  embedding,
  identity,
  cast: castTo,
};
