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
  sin: 'sin',
  cos: 'cos',
  floor: 'floor',
  ceil: 'ceil',
  round: 'round',
  sign: 'sign',
  sgn: 'sign',
  log1p: 'log1p',
  expm1: 'expm1',
  reciprocal: 'reciprocal',
  log_sigmoid: 'log_sigmoid',
  log_sigmoid_forward: 'log_sigmoid',
  isnan: 'is_nan',
  isinf: 'is_inf',
  isfinite: 'is_finite',
};

export const LIVE_DROPOUT =
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

  ...each(['softplus.default'], (context) => {
    const { args, emit, output, refuse } = context;
    // beyond the threshold PyTorch takes x itself, which is the same in float32
    if (args.number('threshold', 20) < 20) refuse('a threshold below 20');
    const beta = args.number('beta', 1);
    const steeper = scaled(context, args.tensor('self'), beta);
    if (beta === 1) emit('unary', [steeper], { name: 'softplus' }, output);
    else {
      const made = emit('unary', [steeper], { name: 'softplus' });
      emit('binary', [made, context.constant(1 / beta)], { name: 'mul' }, output);
    }
  }),

  ...each(['leaky_relu.default'], ({ args, emit, output }) => {
    const alpha = args.number('negative_slope', 0.01);
    emit('leaky_relu', [args.tensor('self')], { alpha }, output);
  }),

  ...each(['elu.default'], (context) => {
    const { args, emit, output, refuse } = context;
    if (args.number('input_scale', 1) !== 1) refuse('a scale of the input');
    const alpha = args.number('alpha', 1);
    const scale = args.number('scale', 1);
    const input = args.tensor('self');
    if (scale === 1) emit('elu', [input], { alpha }, output);
    else {
      const made = emit('elu', [input], { alpha });
      emit('binary', [made, context.constant(scale)], { name: 'mul' }, output);
    }
  }),

  // max(x, 0) + min(0, alpha · (exp(x / alpha) − 1)) = alpha · elu(x / alpha) for a positive alpha
  ...each(['celu.default'], (context) => {
    const { args, emit, output, refuse } = context;
    const alpha = args.number('alpha', 1);
    if (!(alpha > 0)) refuse('an alpha that is not positive');
    const input = args.tensor('self');
    if (alpha === 1) emit('elu', [input], { alpha }, output);
    else {
      const made = emit('elu', [scaled(context, input, 1 / alpha)], { alpha: 1 });
      emit('binary', [made, context.constant(alpha)], { name: 'mul' }, output);
    }
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
  ...each(['_safe_softmax.default'], (context) => {
    const { args, constant, emit, output } = context;
    const axis = alongAxis(context);
    const input = args.tensor('self');
    const weights = emit('softmax', [input], { axis });
    // a row of nothing but -∞ gives zeros
    const most = emit('reduce', [input], { name: 'max', axes: [axis], keep: true });
    const lowest = constant(-3.4028234663852886e38, 'float32');
    const open = emit('compare', [most, lowest], { name: 'ge' });
    emit('where', [open, weights, constant(0, 'float32')], {}, output);
  }),
  ...each(['softmin.int'], (context) => {
    const negative = context.emit('unary', [context.args.tensor('self')], { name: 'neg' });
    context.emit('softmax', [negative], { axis: alongAxis(context) }, context.output);
  }),
  ...each(['logit.default'], ({ args, constant, emit, output }) => {
    const epsilon = args.number('eps', null);
    const input = args.tensor('self');
    const bounds = epsilon === null ? null : { min: epsilon, max: 1 - epsilon };
    const inside = bounds ? emit('clamp', [input], bounds) : input;
    const rest = emit('binary', [constant(1), inside], { name: 'sub' });
    const odds = emit('binary', [inside, rest], { name: 'div' });
    emit('unary', [odds], { name: 'log' }, output);
  }),
  ...each(['log2.default'], (context) => logarithm(context, 2)),
  ...each(['log10.default'], (context) => logarithm(context, 10)),
  ...each(['exp2.default'], ({ args, constant, emit, output }) => {
    emit('binary', [constant(2), args.tensor('self')], { name: 'pow' }, output);
  }),
  ...each(['trunc.default', 'fix.default'], ({ args, emit, output }) => {
    const input = args.tensor('self');
    const size = emit('unary', [emit('unary', [input], { name: 'abs' })], { name: 'floor' });
    const sign = emit('unary', [input], { name: 'sign' });
    emit('binary', [size, sign], { name: 'mul' }, output);
  }),
  ...each(['glu.default'], (context) => {
    const { args, emit, known, output, shapeOf } = context;
    const input = args.tensor('self');
    const axis = args.number('dim', -1);
    const half = known(shapeOf(input).at(axis), 'the number of channels') / 2;
    const [value = '', gate = ''] = [0, half].map((from) =>
      emit('slice', [input], { axis, from, to: from + half, step: 1 }),
    );
    const open = emit('unary', [gate], { name: 'sigmoid' });
    emit('binary', [value, open], { name: 'mul' }, output);
  }),
  ...each(['threshold.default'], ({ args, constant, emit, output }) => {
    const input = args.tensor('self');
    const above = emit('compare', [input, constant(args.number('threshold'))], { name: 'gt' });
    emit('where', [above, input, constant(args.number('value'))], {}, output);
  }),
  ...each(['hardshrink.default'], ({ args, constant, emit, output }) => {
    const input = args.tensor('self');
    const size = emit('unary', [input], { name: 'abs' });
    const far = emit('compare', [size, constant(args.number('lambd', 0.5))], { name: 'gt' });
    emit('where', [far, input, constant(0)], {}, output);
  }),
  ...each(['softshrink.default'], ({ args, emit, output }) => {
    const input = args.tensor('self');
    const bound = args.number('lambd', 0.5);
    const near = emit('clamp', [input], { min: -bound, max: bound });
    emit('binary', [input, near], { name: 'sub' }, output);
  }),
  ...each(['rrelu.default', 'rrelu_with_noise.default'], ({ args, emit, output, refuse }) => {
    if (args.boolean('training', false)) refuse(LIVE_DROPOUT);
    args.ignore('noise', 'generator');
    const alpha = (args.number('lower', 1 / 8) + args.number('upper', 1 / 3)) / 2;
    emit('leaky_relu', [args.tensor('self')], { alpha }, output);
  }),

  ...each(
    [
      'dropout.default',
      'native_dropout.default',
      'feature_dropout.default',
      'alpha_dropout.default',
      'feature_alpha_dropout.default',
    ],
    ({ args, emit, output, refuse }) => {
      if (args.boolean('train', false) && args.number('p') > 0) refuse(LIVE_DROPOUT);
      args.ignore('p');
      // the ones that write in place call it so
      const name = args.kindOf('self') === 'tensor' ? 'self' : 'input';
      emit('identity', [args.tensor(name)], {}, output);
    },
  ),
};

function alongAxis({ args, refuse }: Context): number {
  args.ignore('dtype');
  if (args.boolean('half_to_float', false)) refuse('a change of precision');
  return args.number('dim');
}

function logarithm({ args, constant, emit, output }: Context, base: number): void {
  const natural = emit('unary', [args.tensor('self')], { name: 'log' });
  emit('binary', [natural, constant(Math.log(base))], { name: 'div' }, output);
}
