import { type Context, type Made, words } from '#formats/model-spec/builder.ts';
import { choice, count, flag, maybe, optional, positive } from '#formats/model-spec/fields.ts';
import { type Kinds, kind } from './kind.ts';

/** Functions of one number, by the names that `models/ops` has. */
export const FUNCTIONS = [
  'relu',
  'relu6',
  'gelu',
  'gelu_tanh',
  'silu',
  'tanh',
  'sigmoid',
  'hard_sigmoid',
  'hard_swish',
  'softplus',
  'softsign',
  'selu',
  'mish',
  'log_sigmoid',
  'exp',
  'log',
  'sqrt',
  'rsqrt',
  'square',
  'abs',
  'neg',
  'sin',
  'cos',
] as const;

const last = ({ shape }: Context['input']) => shape.at(-1) ?? null;

function unknown({ layer, input }: Context): string {
  return `${layer} gets ${words(input.shape)}: its number of features must be known`;
}

/** Layers of features, which are the last axis, and functions of single numbers. */
export const denseKinds: Kinds = {
  linear: kind(
    { features: count, bias: optional(flag, true), inFeatures: maybe(count) },
    (context, { features, bias, inFeatures }) => {
      const { layer, input, emit, parameter } = context;
      const known = last(input);
      const from = known ?? inFeatures;
      if (input.shape.length === 0 || from === null) {
        return `${unknown(context)}: give the size of the input, or inFeatures`;
      }
      if (inFeatures !== null && inFeatures !== from) {
        return `${layer} takes ${inFeatures} features, and gets ${from}`;
      }
      const weight = parameter('weight', [features, from]);
      const offset = bias ? parameter('bias', [features]) : null;
      const value = emit('linear', [input.name, weight, offset], { weight: 'OI' });
      return { value, shape: [...input.shape.slice(0, -1), features] };
    },
  ),
  embedding: kind({ count, features: count }, (context, settings) => {
    const { layer, input, emit, parameter } = context;
    if (!/^u?int/.test(input.dtype)) {
      return `${layer} takes indices: give its input the dtype int32 or int64`;
    }
    const table = parameter('weight', [settings.count, settings.features]);
    const value = emit('embedding', [input.name, table], {});
    return { value, shape: [...input.shape, settings.features] };
  }),
  /** Learned: one row for each place, added. */
  position_embedding: kind({ count, features: count }, (context, settings) => {
    const { layer, input, emit, parameter } = context;
    const [length = null, features = null] = input.shape;
    if (input.shape.length !== 2 || features !== settings.features || length === null) {
      return `${layer} adds ${settings.features} features to every place, and gets ${words(input.shape)}`;
    }
    if (length > settings.count) return `${layer} has ${settings.count} places for ${length}`;
    const table = parameter('weight', [settings.count, settings.features]);
    const own = emit('slice', [table], { axis: 0, from: 0, to: length, step: 1 }, 'places');
    return { value: emit('binary', [input.name, own], { name: 'add' }), shape: input.shape };
  }),
  batch_norm: kind(
    { epsilon: optional(positive, 1e-5), affine: optional(flag, true) },
    (context, { epsilon, affine }) => {
      const { input, emit, parameter } = context;
      const [features] = input.shape;
      if (features === null || features === undefined) return unknown(context);
      const vector = (key: string) => parameter(key, [features]);
      const scale = affine ? [vector('weight'), vector('bias')] : [null, null];
      const operands = [input.name, ...scale, vector('running_mean'), vector('running_var')];
      return { value: emit('batch_norm', operands, { axis: 1, epsilon }), shape: input.shape };
    },
  ),
  layer_norm: kind(
    {
      epsilon: optional(positive, 1e-5),
      axes: optional(count, 1),
      affine: optional(flag, true),
      bias: optional(flag, true),
    },
    (context, { epsilon, axes, affine, bias }) => {
      const { input, emit, parameter } = context;
      const shape = knownSizes(input.shape.slice(-axes));
      if (shape.length !== axes) return unknown(context);
      const scale = affine ? parameter('weight', shape) : null;
      const offset = affine && bias ? parameter('bias', shape) : null;
      const over = shape.map((_, i) => i - axes);
      const value = emit('layer_norm', [input.name, scale, offset], { axes: over, epsilon });
      return { value, shape: input.shape };
    },
  ),
  rms_norm: kind(
    { epsilon: optional(positive, 1e-6), affine: optional(flag, true) },
    (context, { epsilon, affine }) => {
      const { input, emit, parameter } = context;
      const features = last(input);
      if (features === null) return unknown(context);
      const scale = affine ? parameter('weight', [features]) : null;
      return {
        value: emit('rms_norm', [input.name, scale], { axes: [-1], epsilon }),
        shape: input.shape,
      };
    },
  ),
  group_norm: kind(
    { groups: count, epsilon: optional(positive, 1e-5), affine: optional(flag, true) },
    (context, { groups, epsilon, affine }) => {
      const { layer, input, emit, parameter } = context;
      const [features] = input.shape;
      if (features === null || features === undefined) return unknown(context);
      if (features % groups !== 0) return `${layer} cannot cut ${features} channels in ${groups}`;
      const scale = affine ? [parameter('weight', [features]), parameter('bias', [features])] : [];
      const operands = [input.name, scale[0] ?? null, scale[1] ?? null];
      const value = emit('group_norm', operands, { groups, axis: 1, epsilon });
      return { value, shape: input.shape };
    },
  ),
  activation: kind({ function: choice(FUNCTIONS) }, (context, { function: name }) =>
    same(context, context.emit('unary', [context.input.name], { name })),
  ),
  leaky_relu: kind({ slope: optional(positive, 0.01) }, (context, { slope }) =>
    same(context, context.emit('leaky_relu', [context.input.name], { alpha: slope })),
  ),
  elu: kind({ alpha: optional(positive, 1) }, (context, { alpha }) =>
    same(context, context.emit('elu', [context.input.name], { alpha })),
  ),
  softmax: kind({}, (context) =>
    same(context, context.emit('softmax', [context.input.name], { axis: -1 })),
  ),
  log_softmax: kind({}, (context) =>
    same(context, context.emit('log_softmax', [context.input.name], { axis: -1 })),
  ),
  /** What changes nothing when evaluating. */
  identity: kind({}, (context) => same(context, context.input.name)),
  dropout: kind({ rate: optional(positive, 0.5) }, (context) => same(context, context.input.name)),
};

function same({ input }: Context, value: string): Made {
  return { value, shape: input.shape };
}

function knownSizes(shape: Context['input']['shape']): number[] {
  return shape.flatMap((size) => size ?? []);
}
