import type { OpAttributes } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

type ReduceName = OpAttributes['reduce']['name'];

/** What makes one number of many. */
export const reductionOps: Table = {
  ...each(['mean.default', 'mean.dim'], (context) => reduce(context, 'mean')),
  ...each(['sum.default', 'sum.dim_IntList'], (context) => reduce(context, 'sum')),
  ...each(['prod.default', 'prod.dim_int'], (context) => reduce(context, 'prod')),
  ...each(['any.default', 'any.dim', 'any.dims'], (context) => reduce(context, 'any')),
  ...each(['all.default', 'all.dim', 'all.dims'], (context) => reduce(context, 'all')),
  ...each(['amax.default', 'max.default'], (context) => reduce(context, 'max')),
  ...each(['amin.default', 'min.default'], (context) => reduce(context, 'min')),
  ...each(['max.dim'], (context) => bestAndWhere(context, 'max')),
  ...each(['min.dim'], (context) => bestAndWhere(context, 'min')),
  ...each(['argmax.default'], (context) => placeOf(context, 'max')),
  ...each(['argmin.default'], (context) => placeOf(context, 'min')),

  ...each(['cumsum.default'], ({ args, emit, output }) => {
    args.ignore('dtype');
    const attributes = { axis: args.number('dim'), exclusive: false, reverse: false };
    emit('cumsum', [args.tensor('self')], attributes, output);
  }),
  ...each(['diff.default'], ({ args, emit, output, refuse }) => {
    if (args.number('n', 1) !== 1) refuse('differences of differences');
    const axis = args.number('dim', -1);
    const parts = ['prepend', 'self', 'append'].flatMap((name) => args.optionalTensor(name) ?? []);
    const row = emit('concat', parts, { axis });
    const later = emit('slice', [row], { axis, from: 1, to: null, step: 1 });
    const earlier = emit('slice', [row], { axis, from: 0, to: -1, step: 1 });
    emit('binary', [later, earlier], { name: 'sub' }, output);
  }),
  ...each(['logsumexp.default'], (context) => {
    const { args, emit, output } = context;
    const input = args.tensor('self');
    const axes = axesOf(context);
    const keep = args.boolean('keepdim', false);
    const most = emit('reduce', [input], { name: 'max', axes, keep: true });
    const below = emit('binary', [input, most], { name: 'sub' });
    const powers = emit('unary', [below], { name: 'exp' });
    const sum = emit('reduce', [powers], { name: 'sum', axes, keep });
    const logarithm = emit('unary', [sum], { name: 'log' });
    // the greatest once more, without the axes where they go
    const greatest = keep ? most : emit('reduce', [input], { name: 'max', axes, keep });
    emit('binary', [logarithm, greatest], { name: 'add' }, output);
  }),

  ...each(['var.default', 'var.dim', 'var.correction'], (context) => {
    variance(context, context.output);
  }),
  ...each(['std.default', 'std.dim', 'std.correction'], (context) => {
    context.emit('unary', [variance(context)], { name: 'sqrt' }, context.output);
  }),
  ...each(['var_mean.correction', 'var_mean.dim', 'var_mean.default'], (context) => {
    const [first, second] = context.node.outputs;
    if (first) variance(context, first);
    if (second) reduce(context, 'mean', second);
  }),
  ...each(['std_mean.correction', 'std_mean.dim', 'std_mean.default'], (context) => {
    const [first, second] = context.node.outputs;
    if (first) context.emit('unary', [variance(context)], { name: 'sqrt' }, first);
    if (second) reduce(context, 'mean', second);
  }),

  ...each(
    ['linalg_vector_norm.default', 'norm.ScalarOpt_dim', 'norm.Scalar', 'frobenius_norm.dim'],
    norm,
  ),
};

function reduce(context: Context, name: ReduceName, output = context.output): void {
  const { args, emit } = context;
  args.ignore('dtype');
  const attributes = { name, axes: axesOf(context), keep: args.boolean('keepdim', false) };
  emit('reduce', [args.tensor('self')], attributes, output);
}

/** `null` is all of them, as an empty list is. */
function axesOf({ args }: Context): readonly number[] | null {
  const axes = args.numbers('dim', []);
  return axes.length === 0 ? null : axes;
}

/** Values, and where they are. */
function bestAndWhere(context: Context, name: 'max' | 'min'): void {
  const { args, emit, node } = context;
  const [values, indices] = node.outputs;
  if (values) reduce(context, name, values);
  const attributes = { name, axis: args.number('dim'), keep: args.boolean('keepdim', false) };
  if (indices) emit('arg', [args.tensor('self')], attributes, indices);
}

/** Without an axis: among all elements. */
function placeOf({ args, emit, output }: Context, name: 'max' | 'min'): void {
  const input = args.tensor('self');
  const keep = args.boolean('keepdim', false);
  const axis = args.number('dim', null);
  if (axis !== null) {
    emit('arg', [input], { name, axis, keep }, output);
    return;
  }
  const row = emit('reshape', [input], { shape: [-1] });
  emit('arg', [row], { name, axis: 0, keep: false }, output);
}

/** The mean square of what differs from the mean, over the number of elements less `correction`. */
function variance(context: Context, output?: string): string {
  const { args, constant, emit, known, refuse, shapeOf } = context;
  const input = args.tensor('self');
  const axes = axesOf(context);
  const keep = args.boolean('keepdim', false);
  const unbiased = args.kindOf('unbiased') === 'boolean' ? args.boolean('unbiased', true) : true;
  const correction = args.number('correction', unbiased ? 1 : 0);
  const mean = emit('reduce', [input], { name: 'mean', axes, keep: true });
  const squares = emit('unary', [emit('binary', [input, mean], { name: 'sub' })], {
    name: 'square',
  });
  if (correction === 0) return emit('reduce', [squares], { name: 'mean', axes, keep }, output);
  const shape = shapeOf(input);
  const count = (axes ?? shape.map((_, axis) => axis))
    .map((axis) => known(shape.at(axis), 'the number of elements'))
    .reduce((product, size) => product * size, 1);
  if (count <= correction) refuse(`a correction of ${correction} for ${count} elements`);
  const sum = emit('reduce', [squares], { name: 'sum', axes, keep });
  return emit('binary', [sum, constant(count - correction)], { name: 'div' }, output);
}

function norm(context: Context): void {
  const { args, emit, output, refuse } = context;
  args.ignore('dtype');
  const input = args.tensor('self');
  const order = args.number('ord', null) ?? args.number('p', null) ?? 2;
  const axes = axesOf(context);
  const keep = args.boolean('keepdim', false);
  if (order === 2) {
    const squares = emit('unary', [input], { name: 'square' });
    const sum = emit('reduce', [squares], { name: 'sum', axes, keep });
    emit('unary', [sum], { name: 'sqrt' }, output);
    return;
  }
  const isBound = order === Number.POSITIVE_INFINITY;
  if (order !== 1 && !isBound) refuse(`a norm of order ${order}`);
  const sizes = emit('unary', [input], { name: 'abs' });
  emit('reduce', [sizes], { name: isBound ? 'max' : 'sum', axes, keep }, output);
}
