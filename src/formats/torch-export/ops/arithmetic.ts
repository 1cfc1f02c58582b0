import type { BinaryName, OpAttributes } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { scaled } from './linear.ts';
import { each, type Table } from './table.ts';

/** Arithmetic of tensors and numbers, and reductions. */
export const arithmeticOps: Table = {
  ...each(['add.Tensor', 'add.Scalar'], (context) => sum(context, 'add')),
  ...each(['sub.Tensor', 'sub.Scalar'], (context) => sum(context, 'sub')),
  ...each(['mul.Tensor', 'mul.Scalar'], (context) => operate(context, 'mul')),
  ...each(['div.Tensor', 'div.Scalar', 'true_divide.Tensor'], (context) => operate(context, 'div')),
  ...each(['div.Tensor_mode', 'div.Scalar_mode'], (context) => {
    if (context.args.kindOf('rounding_mode') !== 'none') context.refuse('a rounded quotient');
    operate(context, 'div');
  }),
  ...each(['maximum.default'], (context) => operate(context, 'maximum')),
  ...each(['minimum.default'], (context) => operate(context, 'minimum')),
  ...each(['rsub.Tensor', 'rsub.Scalar'], (context) => {
    const { args, emit, output } = context;
    const subtrahend = scaled(context, args.tensor('self'), args.number('alpha', 1));
    emit('binary', [operand(context, 'other'), subtrahend], { name: 'sub' }, output);
  }),
  ...each(['reciprocal.default'], ({ args, constant, emit, output }) => {
    emit('binary', [constant(1), args.tensor('self')], { name: 'div' }, output);
  }),
  ...each(['pow.Tensor_Scalar', 'pow.Tensor_Tensor', 'pow.Scalar'], power),

  ...each(['mean.default', 'mean.dim'], (context) => reduce(context, 'mean')),
  ...each(['sum.default', 'sum.dim_IntList'], (context) => reduce(context, 'sum')),
  ...each(['amax.default', 'max.default', 'max.dim'], (context) => reduce(context, 'max')),
  ...each(['amin.default', 'min.default', 'min.dim'], (context) => reduce(context, 'min')),
};

/** `self ± alpha · other` */
function sum(context: Context, name: 'add' | 'sub'): void {
  const { args, emit, output } = context;
  const other = scaled(context, operand(context, 'other'), args.number('alpha', 1));
  emit('binary', [args.tensor('self'), other], { name }, output);
}

function operate(context: Context, name: BinaryName): void {
  const { args, emit, output } = context;
  emit('binary', [args.tensor('self'), operand(context, 'other')], { name }, output);
}

/** A tensor, or a number as a constant. */
function operand({ args, constant }: Context, name: string): string {
  return args.kindOf(name) === 'tensor' ? args.tensor(name) : constant(args.number(name));
}

/** Squares and roots are exact where a general power is not. */
function power(context: Context): void {
  const { args, constant, emit, output } = context;
  const base = operand(context, 'self');
  const exponent = args.kindOf('exponent') === 'number' ? args.number('exponent') : null;
  if (exponent === 2) emit('unary', [base], { name: 'square' }, output);
  else if (exponent === 0.5) emit('unary', [base], { name: 'sqrt' }, output);
  else if (exponent === -0.5) emit('unary', [base], { name: 'rsqrt' }, output);
  else if (exponent === 1) emit('identity', [base], {}, output);
  else {
    const to = exponent === null ? args.tensor('exponent') : constant(exponent);
    emit('binary', [base, to], { name: 'pow' }, output);
  }
}

function reduce(context: Context, name: OpAttributes['reduce']['name']): void {
  const { args, emit, output } = context;
  args.ignore('dtype');
  const axes = args.numbers('dim', []);
  const attributes = {
    name,
    axes: axes.length === 0 ? null : axes,
    keep: args.boolean('keepdim', false),
  };
  emit('reduce', [args.tensor('self')], attributes, output);
}
