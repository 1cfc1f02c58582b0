import {
  add,
  concat,
  depthwiseConv2d,
  fused,
  getBackend,
  mul,
  pad as padWith,
  reshape,
  slice,
  split,
  stridedSlice,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tile,
  transpose,
} from '@tensorflow/tfjs';
import type { OpAttributes } from '#domain/graph.ts';
import { checkBias, toFloat } from './linear.ts';
import { float, Misfit, need, type Op, product, show, sizeOf } from './op.ts';
import { isFiniteThroughout } from './readable.ts';
import { convolveVolumes } from './volume.ts';
import {
  channelsOf,
  explicitPad,
  imageShape,
  planar,
  spatial,
  sweepsOfKernel,
  twoAxes,
} from './window.ts';

type Conv = OpAttributes['conv'];

/**
 * Convolution over one or two axes in any number of groups. tfjs slides over two axes, channels last;
 * padding is always given in numbers, as PyTorch's and TensorFlow's own rules differ.
 */
export const conv: Op<'conv'> = {
  infer(inputs, attributes) {
    const { shape } = need(inputs, 0);
    const { layout } = attributes;
    const { sizes, depth, filters, groups } = kernelOf(need(inputs, 1).shape, attributes);
    const swept = sweepsOfKernel(spatial(shape, layout, sizes.length), sizes, attributes);
    const channels = channelsOf(shape, layout);
    if (channels !== depth * groups) {
      throw new Misfit(
        `it takes ${depth * groups} channels, its input ${show(shape)} has ${channels}`,
      );
    }
    if (filters % groups !== 0) throw new Misfit(`${filters} filters in ${groups} groups`);
    checkBias(inputs[2]?.shape, filters);
    const out = swept.map((axis) => axis.out);
    return float(imageShape(sizeOf(shape, 0), out, filters, layout));
  },
  scratch: (_, { strides, dilations }, { shape }) =>
    strideApart(strides, dilations) ? product(shape) * product(strides) : 0,
  prepare(kernel, attributes) {
    const { groups } = kernelOf(kernel.shape, attributes);
    const rank = kernel.rank;
    const spatialLast =
      attributes.kernel === 'OIHW'
        ? transpose(kernel, [...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1, 0])
        : kernel;
    if (rank === 5) return spatialLast;
    const sizes = twoAxes(spatialLast.shape.slice(0, -2), 1);
    const [depth, filters] = [
      sizeOf(spatialLast.shape, rank - 2),
      sizeOf(spatialLast.shape, rank - 1),
    ];
    const last = depth === 1 && groups > 1 ? [groups, filters / groups] : [depth, filters];
    return reshape(spatialLast, [...sizes, ...last]);
  },
  channelsLast: (attributes) =>
    attributes.layout === 'NHWC'
      ? null
      : { attributes: { ...attributes, layout: 'NHWC' }, images: 'first', wanted: true },
  compute(inputs, attributes, { shape }) {
    if (attributes.strides.length === 3) return convolveVolumes(inputs, attributes);
    const x = planar(toFloat(need(inputs, 0)));
    const kernel = need(inputs, 1) as Tensor4D;
    const out = slide({ x, kernel, bias: (inputs[2] ?? null) as Tensor1D | null }, attributes);
    return reshape(out, [...shape]);
  },
};

interface Kernel {
  readonly sizes: readonly number[];
  /** Channels that one filter sees. */
  readonly depth: number;
  readonly filters: number;
  readonly groups: number;
}

function kernelOf(shape: readonly number[], { kernel, groups, strides }: Conv): Kernel {
  const axes = strides.length;
  if (shape.length !== axes + 2) {
    throw new Misfit(`a kernel of shape ${show(shape)} to slide over ${axes} axes`);
  }
  if (kernel === 'OIHW') {
    return { sizes: shape.slice(2), depth: shape[1] ?? 0, filters: shape[0] ?? 0, groups };
  }
  const sizes = shape.slice(0, -2);
  const [depth = 0, filters = 0] = shape.slice(-2);
  if (kernel === 'HWIO') return { sizes, depth, filters, groups };
  return { sizes, depth: 1, filters: depth * filters, groups: depth };
}

interface Operands {
  readonly x: Tensor4D;
  readonly kernel: Tensor4D;
  readonly bias: Tensor1D | null;
}

function slide({ x, kernel, bias }: Operands, attributes: Conv): Tensor {
  const axes = attributes.strides.length;
  const strides = twoAxes(attributes.strides, 1);
  const dilations = twoAxes(attributes.dilations, 1);
  const windows = kernel.shape.slice(2 - axes, 2);
  const swept = sweepsOfKernel(x.shape.slice(3 - axes, 3), windows, attributes);
  const apart = strideApart(strides, dilations);
  const shared = {
    strides: apart ? 1 : strides,
    dilations,
    pad: explicitPad(swept.map(({ pad }) => pad)),
  };
  const groups = x.shape[3] / kernel.shape[2];
  // A depthwise kernel stands as [height, width, channels, multiplier].
  const depthwise = isDepthwise(attributes, kernel, x);
  const out = depthwise
    ? biased(slideApart({ x, kernel }, shared), bias)
    : inGroups({ x, kernel, bias }, groups, (part) =>
        fused.conv2d({
          x: part.x,
          filter: part.kernel,
          ...shared,
          ...(part.bias ? { bias: part.bias } : {}),
        }),
      );
  return apart ? stridedSlice(out, [0, 0, 0, 0], out.shape, [1, ...strides, 1]) : out;
}

interface Sweep {
  readonly strides: number | [number, number];
  readonly dilations: [number, number];
  readonly pad: ReturnType<typeof explicitPad>;
}

/** Every channel by itself. Of NaN the kernel of wasm makes −∞: where one may be, it goes without that kernel. */
function slideApart(
  { x, kernel }: Pick<Operands, 'x' | 'kernel'>,
  { strides, dilations, pad }: Sweep,
): Tensor4D {
  const out = depthwiseConv2d(x, kernel, strides, pad, 'NHWC', dilations);
  if (getBackend() !== 'wasm' || isFiniteThroughout(out)) return out;
  const [height, width, channels, multiplier] = kernel.shape;
  const around = padWith(x, pad);
  const [down, across] = typeof strides === 'number' ? [strides, strides] : strides;
  const wide: Tensor4D = reshape(
    tile(reshape(around, [-1, 1]), [1, multiplier]),
    around.shape.with(3, channels * multiplier) as Tensor4D['shape'],
  );
  const places = Array.from({ length: height * width }, (_, place) => {
    const [row, column] = [Math.floor(place / width), place % width];
    const from = [row * dilations[0], column * dilations[1]] as const;
    const reach = [(out.shape[1] - 1) * down + 1, (out.shape[2] - 1) * across + 1] as const;
    const seen = stridedSlice(
      wide,
      [0, from[0], from[1], 0],
      [wide.shape[0], from[0] + reach[0], from[1] + reach[1], wide.shape[3]],
      [1, down, across, 1],
    );
    return mul(seen, reshape(slice(kernel, [row, column, 0, 0], [1, 1, -1, -1]), [-1]));
  });
  return places.reduce((all, one) => add(all, one)) as Tensor4D;
}

function biased(out: Tensor4D, bias: Tensor1D | null): Tensor4D {
  return bias ? add(out, bias) : out;
}

function isDepthwise({ kernel: layout, groups }: Conv, kernel: Tensor4D, x: Tensor4D): boolean {
  return layout === 'HWIM' || (groups > 1 && groups === x.shape[3] && kernel.shape[2] === groups);
}

function inGroups(
  { x, kernel, bias }: Operands,
  groups: number,
  convolve: (part: Operands) => Tensor4D,
): Tensor4D {
  if (groups === 1) return convolve({ x, kernel, bias });
  const xs: Tensor4D[] = split(x, groups, 3);
  const kernels: Tensor4D[] = split(kernel, groups, 3);
  const biases: Tensor1D[] = bias ? split(bias, groups) : [];
  const parts = xs.map((part, group) =>
    convolve({ x: part, kernel: kernels[group] ?? kernel, bias: biases[group] ?? null }),
  );
  return concat(parts, 3);
}

/** tfjs takes strides or dilations, not both: it then runs at stride 1 and every n-th is kept. */
function strideApart(strides: readonly number[], dilations: readonly number[]): boolean {
  return strides.some((stride) => stride > 1) && dilations.some((dilation) => dilation > 1);
}
