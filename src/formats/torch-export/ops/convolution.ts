import type { Padding } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

/** Convolutions over one, two and three axes, and transposed ones over one and two. */
export const convolutionOps: Table = {
  ...each(['conv1d.default', 'conv1d.padding'], (context) => convolve(context, 1)),
  ...each(['conv2d.default', 'conv2d.padding'], (context) => convolve(context, 2)),
  ...each(['conv3d.default', 'conv3d.padding'], (context) => convolve(context, 3)),
  ...each(['conv_transpose1d.default'], (context) => convolveTransposed(context, 1)),
  ...each(['conv_transpose2d.input'], (context) => convolveTransposed(context, 2)),
  ...each(['conv_transpose3d.input'], (context) => convolveTransposed(context, 3)),
  ...each(['convolution.default', '_convolution.default'], (context) => {
    const { args, rankOf } = context;
    args.ignore('benchmark', 'deterministic', 'cudnn_enabled', 'allow_tf32');
    const axes = rankOf(args.tensor('weight')) - 2;
    if (args.boolean('transposed', false)) {
      convolveTransposed(context, axes);
      return;
    }
    args.ignore('output_padding');
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

function convolveTransposed(context: Context, axes: number): void {
  const { args, emit, output, rankOf, refuse } = context;
  const input = args.tensor('input');
  if (axes > 2) refuse(`a transposed convolution over ${axes} axes`);
  if (rankOf(input) !== axes + 2) refuse('an input without a batch axis');
  const attributes = {
    layout: 'NCHW',
    kernel: 'IOHW',
    strides: spread(args.numbers('stride', [1]), axes),
    dilations: spread(args.numbers('dilation', [1]), axes),
    padding: spread(args.numbers('padding', [0]), axes).map((size) => [size, size] as const),
    outputPadding: spread(args.numbers('output_padding', [0]), axes),
    groups: args.number('groups', 1),
  } as const;
  const inputs = [input, args.tensor('weight'), args.optionalTensor('bias')];
  emit('conv_transpose', inputs, attributes, output);
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
