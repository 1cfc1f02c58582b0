import type { Context } from '#formats/torch-export/builder.ts';
import { spread } from './convolution.ts';
import { each, type Table } from './table.ts';

/** Pooling over one and two axes, and means over whole images. */
export const poolingOps: Table = {
  ...each(['max_pool1d.default'], (context) => maxPool(context, 1)),
  ...each(['max_pool2d.default', 'max_pool2d_with_indices.default'], (context) =>
    maxPool(context, 2),
  ),
  ...each(['avg_pool1d.default'], (context) => averagePool(context, 1)),
  ...each(['avg_pool2d.default'], (context) => averagePool(context, 2)),
  ...each(['adaptive_avg_pool1d.default'], (context) => adaptive(context, 1)),
  ...each(['adaptive_avg_pool2d.default', '_adaptive_avg_pool2d.default'], (context) =>
    adaptive(context, 2),
  ),
  ...each(['adaptive_max_pool2d.default', 'adaptive_max_pool1d.default'], (context) => {
    const { args, emit, node, output, refuse } = context;
    const axes = node.target.includes('1d') ? [-1] : [-2, -1];
    const size = args.numbers('output_size');
    if (size.some((length) => length !== 1)) refuse(`an output of ${size.join(' × ')}`);
    emit('reduce', [args.tensor('self')], { name: 'max', axes, keep: true }, output);
  }),
};

function maxPool(context: Context, axes: number): void {
  const { args, emit, output, refuse } = context;
  if (args.numbers('dilation', [1]).some((dilation) => dilation !== 1)) refuse('a dilation');
  const attributes = { ...windowOf(context, axes), ceil: args.boolean('ceil_mode', false) };
  emit('max_pool', [args.tensor('self')], attributes, output);
}

function averagePool(context: Context, axes: number): void {
  const { args, emit, output, refuse } = context;
  if (args.number('divisor_override', null) !== null) refuse('a divisor of its own');
  const attributes = {
    ...windowOf(context, axes),
    ceil: args.boolean('ceil_mode', false),
    countPadding: args.boolean('count_include_pad', true),
  };
  emit('avg_pool', [args.tensor('self')], attributes, output);
}

/** Without a stride, windows lie side by side. */
function windowOf({ args, rankOf, refuse }: Context, axes: number) {
  if (rankOf(args.tensor('self')) !== axes + 2) refuse('an input without a batch axis');
  const size = spread(args.numbers('kernel_size'), axes);
  const strides = args.numbers('stride', []);
  const padding = spread(args.numbers('padding', [0]), axes);
  return {
    layout: 'NCHW',
    size,
    strides: strides.length === 0 ? size : spread(strides, axes),
    padding: padding.map((length) => [length, length] as const),
  } as const;
}

function adaptive({ args, emit, output, rankOf, refuse }: Context, axes: number): void {
  const input = args.tensor('self');
  if (rankOf(input) !== axes + 2) refuse('an input without a batch axis');
  const size = spread(args.numbers('output_size'), axes);
  if (size.every((length) => length === 1)) {
    const over = axes === 1 ? [-1] : [-2, -1];
    emit('reduce', [input], { name: 'mean', axes: over, keep: true }, output);
  } else {
    emit('adaptive_avg_pool', [input], { layout: 'NCHW', size }, output);
  }
}
