import type { Padding } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

/** Convolutions over one and two axes. */
export const convolutionOps: Table = {
  ...each(['conv1d.default', 'conv1d.padding'], (context) => convolve(context, 1)),
  ...each(['conv2d.default', 'conv2d.padding'], (context) => convolve(context, 2)),
  ...each(['convolution.default', '_convolution.default'], (context) => {
    const { args, refuse } = context;
    if (args.boolean('transposed', false)) refuse('a transposed convolution');
    args.ignore('output_padding', 'benchmark', 'deterministic', 'cudnn_enabled', 'allow_tf32');
    const axes = context.rankOf(args.tensor('weight')) - 2;
    if (axes !== 1 && axes !== 2) refuse(`a convolution over ${axes} axes`);
    convolve(context, axes);
  }),
};

function convolve(context: Context, axes: number): void {
  const { args, emit, output, rankOf, refuse } = context;
  const input = args.tensor('input');
  const weight = args.tensor('weight');
  if (rankOf(input) !== axes + 2) refuse('an input without a batch axis');
  const strides = spread(args.numbers('stride', [1]), axes);
  const dilations = spread(args.numbers('dilation', [1]), axes);
  const attributes = {
    layout: 'NCHW',
    kernel: 'OIHW',
    strides,
    dilations,
    padding: paddingOf(context, { weight, strides, dilations }),
    groups: args.number('groups', 1),
  } as const;
  emit('conv', [input, weight, args.optionalTensor('bias')], attributes, output);
}

interface Kernel {
  readonly weight: string;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** Numbers, or `same` and `valid` in words. PyTorch's `same` puts the odd one behind, at stride 1 only. */
function paddingOf(context: Context, { weight, strides, dilations }: Kernel): Padding {
  const { args, shapeOf, known, refuse } = context;
  if (args.kindOf('padding') !== 'text') {
    return spread(args.numbers('padding', [0]), strides.length).map((size) => [size, size]);
  }
  const words = args.text('padding', 'valid');
  if (words === 'valid') return strides.map(() => [0, 0]);
  if (words !== 'same') return refuse(`padding ${words}`);
  if (strides.some((stride) => stride !== 1)) refuse('padding same with a stride');
  return dilations.map((dilation, axis) => {
    const total = dilation * (known(shapeOf(weight)[axis + 2], 'the kernel') - 1);
    const before = Math.floor(total / 2);
    return [before, total - before];
  });
}

/** PyTorch takes one number for all axes. */
export function spread(values: readonly number[], axes: number): readonly number[] {
  return values.length === 1 ? Array.from({ length: axes }, () => values[0] ?? 0) : values;
}
