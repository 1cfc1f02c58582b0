import type { Padding } from '#domain/graph.ts';
import type { Context, Table } from '#formats/tensorflow-graph/context.ts';
import {
  ABSENT,
  type Arrayed,
  known,
  type Size,
  type Value,
} from '#formats/tensorflow-graph/values.ts';
import { fusedTail } from './fused.ts';
import { resizeBilinear, resizeNearest } from './resize.ts';
import { batchToSpace, depthToSpace, spaceToBatch, spaceToDepth } from './space.ts';

/** What slides over images, channels last. */
export const imageOps: Table = {
  Conv2D: (context) => conv(context, 2),
  Conv3D: (context) => conv(context, 3),
  _FusedConv2D: (context) => fusedTail(context, conv(context, 2)),
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: (context) => fusedTail(context, depthwise(context)),
  Conv2DBackpropInput: transposed,
  MaxPool: (context) => pool(context, 2, 'max'),
  MaxPool3D: (context) => pool(context, 3, 'max'),
  AvgPool: (context) => pool(context, 2, 'avg'),
  AvgPool3D: (context) => pool(context, 3, 'avg'),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  ResizeBilinear: resizeBilinear,
  ResizeNearestNeighbor: resizeNearest,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  SpaceToDepth: spaceToDepth,
  DepthToSpace: depthToSpace,
};

/** Refuses channels that stand first; gives the numbers of the spatial axes. */
function spatialOf(
  { ints, refuse }: Context,
  name: string,
  fallback?: number[],
): readonly number[] {
  const all = ints(name, fallback);
  if (all[0] !== 1 || all.at(-1) !== 1) refuse(`${name} over examples or channels`);
  return all.slice(1, -1);
}

function requireLast({ refuse, text }: Context, axes: number): void {
  const usual = axes === 3 ? 'NDHWC' : 'NHWC';
  const layout = text('data_format', usual);
  if (layout !== usual) refuse(`channels stand first (${layout})`);
}

function paddingOf({ ints, refuse, text }: Context): Padding {
  const padding = text('padding', '');
  const explicit = ints('explicit_paddings', []);
  if (padding === 'SAME') return 'same';
  if (padding === 'VALID')
    return [
      [0, 0],
      [0, 0],
      [0, 0],
    ];
  if (padding !== 'EXPLICIT') return refuse(`padding ${padding}`);
  return Array.from(
    { length: explicit.length / 2 },
    (_, axis) => [explicit[2 * axis] ?? 0, explicit[2 * axis + 1] ?? 0] as const,
  ).slice(1, -1);
}

interface Sweep {
  readonly reach: number;
  readonly stride: number;
  readonly padding: Padding;
  readonly axis: number;
}

function swept({ sizes }: Context, size: Size, { reach, stride, padding, axis }: Sweep): Size {
  if (padding === 'same') {
    return sizes.join('floor_div', sizes.join('add', size, stride - 1), stride);
  }
  const [before, after] = padding[axis] ?? [0, 0];
  const room = sizes.join('add', size, before + after - reach);
  return sizes.join('add', sizes.join('floor_div', room, stride), 1);
}

interface Windows {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

function outShape(context: Context, x: Arrayed, windows: Windows, channels: Size): Size[] {
  const { sizes, strides, dilations, padding } = windows;
  const spatial = sizes.map((window, axis) =>
    swept(context, x.shape[axis + 1] ?? 1, {
      reach: (dilations[axis] ?? 1) * (window - 1) + 1,
      stride: strides[axis] ?? 1,
      padding,
      axis,
    }),
  );
  return [x.shape[0] ?? 1, ...spatial, channels];
}

function conv(context: Context, axes: 2 | 3): Arrayed {
  const { array, emit, fixed, refuse } = context;
  requireLast(context, axes);
  const ones = Array.from({ length: axes + 2 }, () => 1);
  const strides = spatialOf(context, 'strides');
  const dilations = spatialOf(context, 'dilations', ones);
  const all = paddingOf(context);
  const padding = all === 'same' ? all : all.slice(0, axes);
  const [x, kernel] = [array(0), array(1)];
  const sizes = kernel.shape.slice(0, axes).map((size) => fixed(size, 'the size of the kernel'));
  const channels = fixed(x.shape.at(-1), 'the number of channels');
  const depth = fixed(kernel.shape[axes], 'the depth of the kernel');
  if (channels % depth !== 0) refuse(`${channels} channels under a kernel of ${depth}`);
  const groups = channels / depth;
  const shape = outShape(
    context,
    x,
    { sizes, strides, dilations, padding },
    kernel.shape.at(-1) ?? 1,
  );
  const attributes = {
    layout: 'NHWC',
    kernel: 'HWIO',
    strides,
    dilations,
    padding,
    groups,
  } as const;
  return emit('conv', [x, kernel, null], attributes, { shape, dtype: x.dtype });
}

function depthwise(context: Context): Arrayed {
  const { array, emit, fixed } = context;
  requireLast(context, 2);
  const strides = spatialOf(context, 'strides');
  const dilations = spatialOf(context, 'dilations', [1, 1, 1, 1]);
  const all = paddingOf(context);
  const padding = all === 'same' ? all : all.slice(0, 2);
  const [x, kernel] = [array(0), array(1)];
  const [rows, columns, groups, times] = kernel.shape.map((size) => fixed(size, 'the kernel'));
  const sizes = [rows ?? 1, columns ?? 1];
  const channels = (groups ?? 1) * (times ?? 1);
  const shape = outShape(context, x, { sizes, strides, dilations, padding }, channels);
  const attributes = {
    layout: 'NHWC',
    kernel: 'HWIM',
    strides,
    dilations,
    padding,
    groups: groups ?? 1,
  } as const;
  return emit('conv', [x, kernel, null], attributes, { shape, dtype: x.dtype });
}

/** The size of what comes out is an input: padding and what is added at the end follow from it. */
function transposed(context: Context): Arrayed {
  const { array, emit, fixed, known: knownInput, refuse } = context;
  requireLast(context, 2);
  const strides = spatialOf(context, 'strides');
  const dilations = spatialOf(context, 'dilations', [1, 1, 1, 1]);
  const padding = paddingOf(context);
  if (padding !== 'same' && padding.length > 0 && context.text('padding', '') === 'EXPLICIT') {
    refuse('explicit padding');
  }
  const wanted = knownInput(0, 'the size of what comes out').values;
  const [kernel, x] = [array(1), array(2)];
  const axes = [0, 1].map((axis) => {
    const size = fixed(x.shape[axis + 1], 'the size of the image');
    const out = fixed(wanted[axis + 1], 'the size of what comes out');
    const window = fixed(kernel.shape[axis], 'the kernel');
    const reach = (dilations[axis] ?? 1) * (window - 1) + 1;
    const whole = (size - 1) * (strides[axis] ?? 1) + reach;
    const surplus = padding === 'same' ? Math.max(0, whole - out) : 0;
    const before = Math.floor(surplus / 2);
    return { out, pad: [before, surplus - before] as const, more: out - whole + surplus };
  });
  const channels = kernel.shape[2] ?? 1;
  const shape = [x.shape[0] ?? 1, ...axes.map(({ out }) => out), channels];
  const attributes = {
    layout: 'NHWC',
    kernel: 'HWOI',
    strides,
    dilations,
    padding: axes.map(({ pad }) => pad),
    outputPadding: axes.map(({ more }) => more),
    groups: 1,
  } as const;
  return emit('conv_transpose', [x, kernel, null], attributes, { shape, dtype: x.dtype });
}

function pool(context: Context, axes: 2 | 3, name: 'max' | 'avg'): Arrayed {
  const { array, emit } = context;
  requireLast(context, axes);
  const size = spatialOf(context, 'ksize');
  const strides = spatialOf(context, 'strides');
  const all = paddingOf(context);
  const padding = all === 'same' ? all : all.slice(0, axes);
  const x = array(0);
  const dilations = size.map(() => 1);
  const channels = x.shape.at(-1) ?? 1;
  const shape = outShape(context, x, { sizes: size, strides, dilations, padding }, channels);
  const window = { layout: 'NHWC', size, strides, padding, ceil: false } as const;
  const out = { shape, dtype: x.dtype };
  return name === 'max'
    ? emit('max_pool', [x], window, out)
    : emit('avg_pool', [x], { ...window, countPadding: false }, out);
}

/** Statistics of the batch, which training would keep, are not there. */
function batchNorm(context: Context): readonly Value[] {
  const { array, bool, emit, float, refuse } = context;
  requireLast(context, 2);
  if (bool('is_training', true)) refuse('is_training: it was saved as it is trained');
  const [x, scale, offset, mean, variance] = [0, 1, 2, 3, 4].map((i) => array(i));
  const image = x ?? known([], [0]);
  const inputs = [image, scale ?? null, offset ?? null, mean ?? null, variance ?? null];
  const attributes = { axis: -1, epsilon: float('epsilon', 0.0001) };
  return [
    emit('batch_norm', inputs, attributes, image),
    ...Array.from({ length: 5 }, () => ABSENT),
  ];
}
