import type { Dimension } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

/** The most that is put into a graph as a constant, in elements. */
const MAX_CONSTANT = 2 ** 22;

/** Tensors that are known before anything is computed. */
export const creationOps: Table = {
  ...each(['arange.default', 'arange.start', 'arange.start_step'], arange),
  ...each(['linspace.default'], (context) => {
    const { args, emit, known, output, refuse, shapeOf } = context;
    ignorePlacement(context);
    args.ignore('steps');
    const [start, end] = [args.number('start'), args.number('end')];
    const length = known(shapeOf(output)[0], 'its length');
    if (length > MAX_CONSTANT) refuse(`a constant of ${length} elements`);
    const values = Array.from(
      { length },
      (_, i) => start + ((end - start) * i) / Math.max(1, length - 1),
    );
    emit('constant', [], { values, shape: [length], dtype: dtypeOf(context) }, output);
  }),
  ...each(['eye.default', 'eye.m'], (context) => {
    const { args, emit, known, output, refuse, shapeOf } = context;
    ignorePlacement(context);
    args.ignore('n', 'm');
    const [rows = 1, columns = 1] = shapeOf(output).map((size) => known(size, 'its shape'));
    if (rows * columns > MAX_CONSTANT) refuse(`a constant of ${rows} × ${columns}`);
    const values = Array.from({ length: rows * columns }, (_, i) =>
      Number(Math.floor(i / columns) === i % columns),
    );
    emit('constant', [], { values, shape: [rows, columns], dtype: dtypeOf(context) }, output);
  }),

  ...each(['zeros.default', 'new_zeros.default', 'zeros_like.default', 'zero.default'], (context) =>
    fill(context, 0),
  ),
  ...each(['ones.default', 'new_ones.default', 'ones_like.default'], (context) => fill(context, 1)),
  ...each(['full.default', 'new_full.default', 'full_like.default'], (context) =>
    fillWith(context, 'fill_value'),
  ),
  ...each(['fill.Scalar', 'fill.Tensor'], (context) => fillWith(context, 'value')),
  ...each(['scalar_tensor.default'], (context) => fillWith(context, 's')),
  // what is not written over shows as NaN
  ...each(
    [
      'empty.memory_format',
      'new_empty.default',
      'empty_like.default',
      'empty_strided.default',
      'new_empty_strided.default',
      'empty_permuted.default',
    ],
    (context) => {
      context.args.ignore('stride', 'physical_layout');
      fill(context, /float/.test(dtypeOf(context)) ? Number.NaN : 0);
    },
  ),
};

/** Numbers of equal distance; an end that depends on the input stays one. */
function arange(context: Context): void {
  const { args, emit, length, output, refuse, scalar } = context;
  ignorePlacement(context);
  const dtype = dtypeOf(context);
  const step = args.number('step', 1);
  const start = length(args.size('start', 0));
  const to = length(args.size('end'));
  if (typeof start === 'number') {
    emit('range', [], { from: start, to, step, dtype }, output);
    return;
  }
  if (step !== 1) refuse('steps from a start that depends on the input');
  const count = context.dimension(context.shapeOf(output)[0]);
  const numbers = emit('range', [], { from: 0, to: count, step: 1, dtype });
  emit('binary', [numbers, scalar(start)], { name: 'add' }, output);
}

function fillWith(context: Context, name: string): void {
  const { args, emit, length, output, scalar } = context;
  const kind = args.kindOf(name);
  if (kind !== 'tensor' && kind !== 'size') {
    fill(context, args.number(name));
    return;
  }
  const value = kind === 'tensor' ? args.tensor(name) : scalar(length(args.size(name)));
  ignorePlacement(context);
  const cast = emit('cast', [value], { dtype: dtypeOf(context) });
  emit('expand', [cast], { shape: shapeOfOutput(context) }, output);
}

function fill(context: Context, value: number): void {
  ignorePlacement(context);
  const attributes = { shape: shapeOfOutput(context), value, dtype: dtypeOf(context) };
  context.emit('fill', [], attributes, context.output);
}

function shapeOfOutput({ dimensions, output }: Context): readonly Dimension[] {
  return dimensions(output);
}

function dtypeOf({ metaOf, output, refuse }: Context) {
  return metaOf(output).dtype ?? refuse('an element type that is not known');
}

/** The file gives shape and type of the result. */
function ignorePlacement({ args }: Context): void {
  args.ignore('size', 'dtype', 'layout', 'device', 'pin_memory', 'memory_format');
  // of which the shape was taken
  args.ignore('self');
}
