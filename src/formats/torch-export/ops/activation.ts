import type { UnaryName } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { scaled } from './linear.ts';
import { each, type Table } from './table.ts';

const UNARY: Readonly<Record<string, UnaryName>> = {
  relu: 'relu',
  relu6: 'relu6',
  silu: 'silu',
  sigmoid: 'sigmoid',
  hardsigmoid: 'hard_sigmoid',
  hardswish: 'hard_swish',
  tanh: 'tanh',
  selu: 'selu',
  mish: 'mish',
  exp: 'exp',
  log: 'log',
  sqrt: 'sqrt',
  rsqrt: 'rsqrt',
  neg: 'neg',
  abs: 'abs',
  square: 'square',
  erf: 'erf',
};

const DROPOUT =
  'the program was exported in train mode, with live dropout; call model.eval() before torch.export';

/** Functions of one number, and of one axis. */
export const activationOps: Table = {
  ...Object.fromEntries(
    Object.entries(UNARY).map(([target, name]) => [
      `aten.${target}.default`,
      ({ args, emit, output }: Context) => {
        emit('unary', [args.tensor('self')], { name }, output);
      },
    ]),
  ),

  ...each(['gelu.default'], ({ args, emit, output }) => {
    const name = args.text('approximate', 'none') === 'tanh' ? 'gelu_tanh' : 'gelu';
    emit('unary', [args.tensor('self')], { name }, output);
  }),

  ...each(['softplus.default'], ({ args, emit, output, refuse }) => {
    // beyond the threshold PyTorch takes x itself, which is the same in float32
    if (args.number('threshold', 20) < 20) refuse('a threshold below 20');
    if (args.number('beta', 1) !== 1) refuse('a beta other than 1');
    emit('unary', [args.tensor('self')], { name: 'softplus' }, output);
  }),

  ...each(['leaky_relu.default'], ({ args, emit, output }) => {
    const alpha = args.number('negative_slope', 0.01);
    emit('leaky_relu', [args.tensor('self')], { alpha }, output);
  }),

  ...each(['elu.default'], ({ args, emit, output, refuse }) => {
    if (args.number('scale', 1) !== 1 || args.number('input_scale', 1) !== 1) refuse('a scale');
    emit('elu', [args.tensor('self')], { alpha: args.number('alpha', 1) }, output);
  }),

  ...each(['celu.default'], (context) => {
    const { args, emit, output, refuse } = context;
    if (args.number('alpha', 1) !== 1) refuse('an alpha other than 1');
    emit('elu', [args.tensor('self')], { alpha: 1 }, output);
  }),

  ...each(['prelu.default'], ({ args, emit, output, rankOf }) => {
    const input = args.tensor('self');
    const axis = rankOf(input) > 1 ? 1 : 0;
    emit('prelu', [input, args.tensor('weight')], { axis }, output);
  }),

  // the slope has been given the rank of the input: max(x, 0) + slope · min(x, 0)
  ...each(['_prelu_kernel.default'], ({ args, emit, output }) => {
    const input = args.tensor('self');
    const below = emit('clamp', [input], { min: null, max: 0 });
    const sloped = emit('binary', [below, args.tensor('weight')], { name: 'mul' });
    const above = emit('unary', [input], { name: 'relu' });
    emit('binary', [above, sloped], { name: 'add' }, output);
  }),

  ...each(['hardtanh.default'], ({ args, emit, output }) => {
    const bounds = { min: args.number('min_val', -1), max: args.number('max_val', 1) };
    emit('clamp', [args.tensor('self')], bounds, output);
  }),
  ...each(
    ['clamp.default', 'clip.default', 'clamp_min.default', 'clamp_max.default'],
    ({ args, emit, output }) => {
      const bounds = { min: args.number('min', null), max: args.number('max', null) };
      emit('clamp', [args.tensor('self')], bounds, output);
    },
  ),

  ...each(['softmax.int', '_softmax.default'], (context) => {
    const axis = alongAxis(context);
    context.emit('softmax', [context.args.tensor('self')], { axis }, context.output);
  }),
  ...each(['log_softmax.int', '_log_softmax.default'], (context) => {
    const axis = alongAxis(context);
    context.emit('log_softmax', [context.args.tensor('self')], { axis }, context.output);
  }),
  ...each(['log_sigmoid.default'], (context) => {
    const { args, emit, output } = context;
    const softplus = emit('unary', [scaled(context, args.tensor('self'), -1)], {
      name: 'softplus',
    });
    emit('unary', [softplus], { name: 'neg' }, output);
  }),

  ...each(
    [
      'dropout.default',
      'native_dropout.default',
      'feature_dropout.default',
      'alpha_dropout.default',
    ],
    ({ args, emit, output, refuse }) => {
      if (args.boolean('train', false) && args.number('p') > 0) refuse(DROPOUT);
      args.ignore('p');
      emit('identity', [args.tensor('input')], {}, output);
    },
  ),
};

function alongAxis({ args, refuse }: Context): number {
  args.ignore('dtype');
  if (args.boolean('half_to_float', false)) refuse('a change of precision');
  return args.number('dim');
}
