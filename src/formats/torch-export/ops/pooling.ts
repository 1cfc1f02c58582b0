import type { OpAttributes } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { spread } from './convolution.ts';
import { each, type Table } from './table.ts';

/** Pooling over one, two and three axes, and means over whole images. */
export const poolingOps: Table = {
  ...each(['max_pool1d.default', 'max_pool1d_with_indices.default'], (context) =>
    maxPool(context, 1),
  ),
  ...each(['max_pool2d.default', 'max_pool2d_with_indices.default'], (context) =>
    maxPool(context, 2),
  ),
  ...each(['max_pool3d.default', 'max_pool3d_with_indices.default'], (context) =>
    maxPool(context, 3),
  ),
  ...each(['avg_pool1d.default'], (context) => averagePool(context, 1)),
  ...each(['avg_pool2d.default'], (context) => averagePool(context, 2)),
  ...each(['avg_pool3d.default'], (context) => averagePool(context, 3)),
  ...each(['adaptive_avg_pool1d.default'], (context) => adaptive(context, 1, 'mean')),
  ...each(['adaptive_avg_pool2d.default', '_adaptive_avg_pool2d.default'], (context) =>
    adaptive(context, 2, 'mean'),
  ),
  ...each(['adaptive_avg_pool3d.default', '_adaptive_avg_pool3d.default'], (context) =>
    adaptive(context, 3, 'mean'),
  ),
  ...each(['adaptive_max_pool1d.default'], (context) => adaptive(context, 1, 'max')),
  ...each(['adaptive_max_pool2d.default'], (context) => adaptive(context, 2, 'max')),
  ...each(['adaptive_max_pool3d.default'], (context) => adaptive(context, 3, 'max')),
};

function maxPool(context: Context, axes: number): void {
  const { args, emit, output, refuse } = context;
  const window = windowOf(context, axes);
  const ceil = args.boolean('ceil_mode', false);
  const dilations = spread(args.numbers('dilation', [1]), axes);
  if (dilations.every((dilation) => dilation === 1)) {
    emit('max_pool', [args.tensor('self')], { ...window, ceil }, output);
    return;
  }
  if (ceil) refuse('a dilation, with sizes rounded up');
  dilatedMaxPool(context, { ...window, dilations });
}

interface Dilated {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilations: readonly number[];
}

/** The greatest of what the gaps leave, one axis after the other. */
function dilatedMaxPool(context: Context, { size, strides, padding, dilations }: Dilated): void {
  const { args, emit, known, output, shapeOf } = context;
  const around = [[0, 0], [0, 0], ...padding] as const;
  const lowest = -3.4028234663852886e38;
  let value = emit('pad', [args.tensor('self')], { padding: around, value: lowest });
  for (const [i, count] of size.entries()) {
    const axis = i + 2;
    const step = strides[i] ?? 1;
    const length = known(shapeOf(output)[axis], 'its size');
    const parts = Array.from({ length: count }, (_, at) => {
      const from = at * (dilations[i] ?? 1);
      return emit('slice', [value], { axis, from, to: from + (length - 1) * step + 1, step });
    });
    value = parts.reduce((a, b) => emit('binary', [a, b], { name: 'maximum' }));
  }
  emit('identity', [value], {}, output);
}

function averagePool(context: Context, axes: number): void {
  const { args, constant, emit, output } = context;
  const divisor = args.number('divisor_override', null);
  const window = { ...windowOf(context, axes), ceil: args.boolean('ceil_mode', false) };
  const countPadding = args.boolean('count_include_pad', true);
  const input = args.tensor('self');
  if (divisor === null) {
    emit('avg_pool', [input], { ...window, countPadding }, output);
    return;
  }
  if (window.ceil) context.refuse('a divisor of its own, with sizes rounded up');
  const means = emit('avg_pool', [input], { ...window, countPadding: true });
  const factor = window.size.reduce((product, size) => product * size, 1) / divisor;
  emit('binary', [means, constant(factor)], { name: 'mul' }, output);
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

function adaptive(context: Context, axes: number, name: OpAttributes['reduce']['name']): void {
  const { args, emit, output, rankOf, refuse } = context;
  const input = args.tensor('self');
  if (rankOf(input) !== axes + 2) refuse('an input without a batch axis');
  const size = spread(args.numbers('output_size'), axes);
  if (size.every((length) => length === 1)) {
    const over = size.map((_, axis) => axis - axes);
    emit('reduce', [input], { name, axes: over, keep: true }, output);
    return;
  }
  const op = name === 'max' ? 'adaptive_max_pool' : 'adaptive_avg_pool';
  emit(op, [input], { layout: 'NCHW', size }, output);
}
