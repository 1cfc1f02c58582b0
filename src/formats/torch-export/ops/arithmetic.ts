import type { BinaryName } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { scaled } from './linear.ts';
import { each, type Table } from './table.ts';

/** Arithmetic of tensors and numbers. */
export const arithmeticOps: Table = {
  ...each(['add.Tensor', 'add.Scalar'], (context) => sum(context, 'add')),
  ...each(['sub.Tensor', 'sub.Scalar', 'subtract.Tensor'], (context) => sum(context, 'sub')),
  ...each(['mul.Tensor', 'mul.Scalar', 'multiply.Tensor'], (context) => operate(context, 'mul')),
  ...each(['div.Tensor', 'div.Scalar', 'true_divide.Tensor', 'divide.Tensor'], (context) =>
    operate(context, 'div'),
  ),
  ...each(['div.Tensor_mode', 'div.Scalar_mode'], (context) => {
    const mode = context.args.text('rounding_mode', 'none');
    if (mode === 'none') operate(context, 'div');
    else if (mode === 'floor') operate(context, 'floor_div');
    else if (mode === 'trunc') truncated(context, context.output);
    else context.refuse(`rounding by ${mode}`);
  }),
  ...each(['floor_divide.default', 'floor_divide.Scalar'], (context) =>
    operate(context, 'floor_div'),
  ),
  ...each(['remainder.Tensor', 'remainder.Scalar', 'remainder.Scalar_Tensor'], (context) =>
    operate(context, 'remainder'),
  ),
  ...each(['fmod.Tensor', 'fmod.Scalar'], (context) => {
    const whole = truncated(context);
    const part = context.emit('binary', [whole, numberOrTensor(context, 'other')], { name: 'mul' });
    const inputs = [context.args.tensor('self'), part];
    context.emit('binary', inputs, { name: 'sub' }, context.output);
  }),
  ...each(['maximum.default', 'max.other'], (context) => operate(context, 'maximum')),
  ...each(['minimum.default', 'min.other'], (context) => operate(context, 'minimum')),
  ...each(['rsub.Tensor', 'rsub.Scalar'], (context) => {
    const { args, emit, output } = context;
    const subtrahend = scaled(context, args.tensor('self'), args.number('alpha', 1));
    emit('binary', [numberOrTensor(context, 'other'), subtrahend], { name: 'sub' }, output);
  }),
  ...each(['pow.Tensor_Scalar', 'pow.Tensor_Tensor', 'pow.Scalar'], power),

  ...each(['lerp.Scalar', 'lerp.Tensor'], (context) => {
    const { args, emit, output } = context;
    const [start, end] = [args.tensor('self'), args.tensor('end')];
    const way = emit('binary', [end, start], { name: 'sub' });
    const part = emit('binary', [way, numberOrTensor(context, 'weight')], { name: 'mul' });
    emit('binary', [start, part], { name: 'add' }, output);
  }),
  ...each(['addcmul.default'], (context) => addJoined(context, 'mul')),
  ...each(['addcdiv.default'], (context) => addJoined(context, 'div')),
};

/** `self ± alpha · other`; of truth values `add` is a logical or. */
function sum(context: Context, name: 'add' | 'sub'): void {
  const { args, emit, metaOf, output, refuse } = context;
  if (metaOf(output).dtype === 'bool') refuse('sums of truth values');
  const other = scaled(context, numberOrTensor(context, 'other'), args.number('alpha', 1));
  emit('binary', [numberOrTensor(context, 'self'), other], { name }, output);
}

function operate(context: Context, name: BinaryName): void {
  const { emit, metaOf, output } = context;
  const inputs = [numberOrTensor(context, 'self'), numberOrTensor(context, 'other')];
  if (metaOf(output).dtype === 'bool') {
    const both = name === 'mul' || name === 'minimum' ? 'and' : 'or';
    if (name !== 'mul' && name !== 'minimum' && name !== 'maximum') {
      context.refuse(`${name} of truth values`);
    }
    emit('logical', inputs, { name: both }, output);
    return;
  }
  emit('binary', inputs, { name }, output);
}

/** `self + value · (tensor1 ∘ tensor2)` */
function addJoined(context: Context, name: 'mul' | 'div'): void {
  const { args, emit, output } = context;
  const joined = emit('binary', [args.tensor('tensor1'), args.tensor('tensor2')], { name });
  const part = scaled(context, joined, args.number('value', 1));
  emit('binary', [args.tensor('self'), part], { name: 'add' }, output);
}

/** The quotient without its fraction: towards zero. */
function truncated(context: Context, output?: string): string {
  const { emit } = context;
  const operands = [numberOrTensor(context, 'self'), numberOrTensor(context, 'other')];
  const sizes = operands.map((operand) => emit('unary', [operand], { name: 'abs' }));
  const signs = operands.map((operand) => emit('unary', [operand], { name: 'sign' }));
  const quotient = emit('binary', sizes, { name: 'floor_div' });
  const sign = emit('binary', signs, { name: 'mul' });
  return emit('binary', [quotient, sign], { name: 'mul' }, output);
}

/** A tensor, or a number or length as a value without axes. */
export function numberOrTensor(context: Context, name: string): string {
  const { args, constant, length, scalar } = context;
  const kind = args.kindOf(name);
  if (kind === 'tensor') return args.tensor(name);
  return kind === 'size' ? scalar(length(args.size(name))) : constant(args.number(name));
}

/** Squares and roots are exact where a general power is not. */
function power(context: Context): void {
  const { args, constant, emit, output } = context;
  const base = numberOrTensor(context, 'self');
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
