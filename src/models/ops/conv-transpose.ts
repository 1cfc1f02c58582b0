import {
  add,
  concat,
  conv2d,
  conv2dTranspose,
  pad,
  reshape,
  reverse,
  split,
  type Tensor,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs';
import type { OpAttributes } from '#domain/graph.ts';
import { checkBias, toFloat } from './linear.ts';
import { float, Misfit, need, type Op, product, show, sizeOf } from './op.ts';
import { part } from './volume.ts';
import { surround } from './wide.ts';
import { channelsOf, imageShape, padOf, planar, spatial, twoAxes } from './window.ts';

type Transposed = OpAttributes['conv_transpose'];

/**
 * The gradient of a convolution, over one or two axes. Without padding every backend agrees on it, so it is
 * run so, and what the padding takes away is cut off; then the bias comes.
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
export const convTranspose: Op<'conv_transpose'> = {
  infer(inputs, attributes) {
    const { shape } = need(inputs, 0);
    const { layout, groups, strides } = attributes;
    const { sizes, depth, filters } = kernelOf(need(inputs, 1).shape, attributes);
    const channels = channelsOf(shape, layout);
    if (channels !== depth || depth % groups !== 0) {
      throw new Misfit(`it takes ${depth} channels in ${groups} groups, its input ${show(shape)}`);
    }
    checkBias(inputs[2]?.shape, filters * groups);
    const out = spatial(shape, layout, strides.length).map((size, axis) => {
      const { kept } = cut(size, sizes[axis] ?? 1, axis, attributes);
      if (kept < 1) throw new Misfit(`nothing is left of axis ${axis}`);
      return kept;
    });
    return float(imageShape(sizeOf(shape, 0), out, filters * groups, layout));
  },
  scratch: (_, { strides, dilations }, { shape }) =>
    isPlain(strides, dilations) ? 0 : product(shape) * product(strides),
  prepare(kernel, attributes) {
    const rank = kernel.rank;
    const axes = Array.from({ length: rank - 2 }, (_, i) => i);
    const last =
      attributes.kernel === 'IOHW'
        ? transpose(kernel, [...axes.map((axis) => axis + 2), 1, 0])
        : kernel;
    // [height, width, out, in]
    return reshape(last, [...twoAxes(last.shape.slice(0, -2), 1), ...last.shape.slice(-2)]);
  },
  channelsLast: (attributes) =>
    attributes.layout === 'NHWC'
      ? null
      : { attributes: { ...attributes, layout: 'NHWC' }, images: 'first', wanted: true },
  compute(inputs, attributes, { shape }) {
    const x = planar(toFloat(need(inputs, 0)));
    const kernel = need(inputs, 1) as Tensor4D;
    const { groups, strides } = attributes;
    const xs: Tensor4D[] = groups === 1 ? [x] : split(x, groups, 3);
    const kernels: Tensor4D[] = groups === 1 ? [kernel] : split(kernel, groups, 3);
    const wholes = xs.map((each, group) => whole(each, kernels[group] ?? kernel, attributes));
    const first = 3 - strides.length;
    const sizes = x.shape.slice(first, 3);
    const windows = kernel.shape.slice(2 - strides.length, 2);
    const out = sizes.reduce<Tensor>(
      (made, size, axis) => {
        const { before, kept } = cut(size, windows[axis] ?? 1, axis, attributes);
        return within(made, first + axis, before, kept);
      },
      wholes.length === 1 ? (wholes[0] as Tensor4D) : concat(wholes, 3),
    );
    return reshape(inputs[2] ? add(out, inputs[2]) : out, [...shape]);
  },
};

interface Kernel {
  readonly sizes: readonly number[];
  readonly depth: number;
  /** Of one group. */
  readonly filters: number;
}

function kernelOf(shape: readonly number[], { kernel, strides, groups }: Transposed): Kernel {
  if (shape.length !== strides.length + 2 || strides.length > 2) {
    throw new Misfit(`a kernel of shape ${show(shape)} to slide over ${strides.length} axes`);
  }
  if (kernel === 'IOHW') {
    return { sizes: shape.slice(2), depth: shape[0] ?? 0, filters: shape[1] ?? 0 };
  }
  if (groups !== 1) throw new Misfit('groups with this order of axes');
  const [filters = 0, depth = 0] = shape.slice(-2);
  return { sizes: shape.slice(0, -2), depth, filters };
}

/** What is cut off in front, and how much is kept, of one axis. */
function cut(
  size: number,
  window: number,
  axis: number,
  { strides, dilations, padding, outputPadding }: Transposed,
): { readonly before: number; readonly kept: number } {
  const stride = strides[axis] ?? 1;
  const reach = (dilations[axis] ?? 1) * (window - 1) + 1;
  const all = (size - 1) * stride + reach;
  const pads = padOf(padding, axis);
  // As Keras pads: all that is too much, the odd one at the end.
  if (pads === 'same') {
    return { before: Math.max(0, Math.floor((reach - stride) / 2)), kept: size * stride };
  }
  return { before: pads[0], kept: all - pads[0] - pads[1] + (outputPadding[axis] ?? 0) };
}

/** `[before, before + kept)` of an axis, zeros where it ends earlier. */
function within(x: Tensor, axis: number, before: number, kept: number): Tensor {
  const missing = before + kept - sizeOf(x.shape, axis);
  const zeros = x.shape.map((_, other): [number, number] => [0, other === axis ? missing : 0]);
  const long = missing > 0 ? pad(x, zeros) : x;
  return part(long, axis, [before, before + kept]);
}

const isPlain = (strides: readonly number[], dilations: readonly number[]) =>
  dilations.every((dilation) => dilation === 1) && strides.length > 0;

function whole(x: Tensor4D, kernel: Tensor4D, { strides, dilations }: Transposed): Tensor4D {
  const [rows, columns] = twoAxes(strides, 1);
  const [rowGap, columnGap] = twoAxes(dilations, 1);
  const [batch, height, width] = x.shape;
  const [tall, wide, filters] = kernel.shape;
  const reach = [(tall - 1) * rowGap + 1, (wide - 1) * columnGap + 1] as const;
  if (isPlain(strides, dilations)) {
    const out: [number, number, number, number] = [
      batch,
      (height - 1) * rows + reach[0],
      (width - 1) * columns + reach[1],
      filters,
    ];
    return conv2dTranspose(x, kernel, out, [rows, columns], 'valid');
  }
  const apart = spread(x, rows, columns);
  const pads: [number, number][] = [
    [0, 0],
    [reach[0] - 1, reach[0] - 1],
    [reach[1] - 1, reach[1] - 1],
    [0, 0],
  ];
  const turned = transpose(reverse(kernel, [0, 1]), [0, 1, 3, 2]);
  return conv2d(pad(apart, pads), turned, 1, 'valid', 'NHWC', [rowGap, columnGap]);
}

/** Zeros between neighbours, as many as a stride leaves out. */
function spread(x: Tensor4D, rows: number, columns: number): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (rows === 1 && columns === 1) return x;
  const cells = reshape(x, [batch, height, 1, width, 1, channels]);
  const wide = surround(
    cells,
    [
      [0, 0],
      [0, 0],
      [0, rows - 1],
      [0, 0],
      [0, columns - 1],
      [0, 0],
    ],
    0,
  );
  const all = reshape(wide, [batch, height * rows, width * columns, channels]);
  const tall = part(all, 1, [0, (height - 1) * rows + 1]);
  return part(tall, 2, [0, (width - 1) * columns + 1]) as Tensor4D;
}
