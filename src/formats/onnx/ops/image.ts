import type { Padding } from '#domain/graph.ts';
import type { Context, Table } from '#formats/onnx/context.ts';
import { ABSENT, type Arrayed, type Size } from '#formats/tensorflow-graph/values.ts';

/** What slides over rows, images and volumes, channels first. */
export const imageOps: Table = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: (context) => {
    if (context.int('storage_order', 0) !== 0) context.refuse('storage_order');
    return [pool(context, 'max'), ABSENT];
  },
  AveragePool: (context) => pool(context, 'avg'),
  GlobalAveragePool: (context) => whole(context, 'mean'),
  GlobalMaxPool: (context) => whole(context, 'max'),
};

function whole({ array, emit }: Context, name: 'mean' | 'max'): Arrayed {
  const x = array(0);
  const axes = x.shape.slice(2).map((_, axis) => axis + 2);
  const shape = x.shape.map((size, axis) => (axis < 2 ? size : 1));
  return emit('reduce', [x], { name, axes, keep: true }, { shape, dtype: x.dtype });
}

interface Windows {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

function windowsOf(context: Context, size: readonly number[]): Windows {
  const ones = size.map(() => 1);
  return {
    size,
    strides: context.ints('strides') ?? ones,
    dilations: context.ints('dilations') ?? ones,
  };
}

const reachOf = ({ size, dilations }: Windows, axis: number) =>
  (dilations[axis] ?? 1) * ((size[axis] ?? 1) - 1) + 1;

/** All that comes before, then all that comes after; or in words, of which two depend on the size. */
function paddingOf(context: Context, x: Arrayed, windows: Windows): Padding {
  const { fixed, ints, refuse, text } = context;
  const way = text('auto_pad', 'NOTSET');
  const given = ints('pads') ?? [];
  const { size, strides } = windows;
  if (way === 'SAME_UPPER') return 'same';
  if (way === 'SAME_LOWER') {
    return size.map((_, axis) => {
      const length = fixed(x.shape[axis + 2], 'the size of the image');
      const stride = strides[axis] ?? 1;
      const out = Math.ceil(length / stride);
      const total = Math.max(0, (out - 1) * stride + reachOf(windows, axis) - length);
      const after = Math.floor(total / 2);
      return [total - after, after] as const;
    });
  }
  if (way !== 'NOTSET' && way !== 'VALID') refuse(`auto_pad ${way}`);
  const pads = way === 'VALID' ? [] : given;
  if (pads.some((length) => length < 0)) refuse('padding that takes away');
  return size.map((_, axis) => [pads[axis] ?? 0, pads[axis + size.length] ?? 0] as const);
}

interface Swept {
  readonly x: Arrayed;
  readonly windows: Windows;
  readonly padding: Padding;
  readonly ceil?: boolean;
}

function outShape(context: Context, { x, windows, padding, ceil }: Swept, channels: Size): Size[] {
  const { sizes } = context;
  const spatial = windows.size.map((_, axis): Size => {
    const size = x.shape[axis + 2] ?? 1;
    const stride = windows.strides[axis] ?? 1;
    if (padding === 'same') {
      return sizes.join('floor_div', sizes.join('add', size, stride - 1), stride);
    }
    const [before, after] = padding[axis] ?? [0, 0];
    const room = sizes.join('add', size, before + after - reachOf(windows, axis));
    if (!ceil) return sizes.join('add', sizes.join('floor_div', room, stride), 1);
    const steps = sizes.join('floor_div', sizes.join('add', room, stride - 1), stride);
    const out = sizes.join('add', steps, 1);
    // a window that would begin in the padding behind is none
    if (typeof out !== 'number' || typeof size !== 'number') return out;
    return (out - 1) * stride >= size + before ? out - 1 : out;
  });
  return [x.shape[0] ?? 1, channels, ...spatial];
}

function conv(context: Context): Arrayed {
  const { array, emit, fixed, int, ints, optional, refuse } = context;
  const [x, kernel] = [array(0), array(1)];
  const size = kernel.shape.slice(2).map((length) => fixed(length, 'the size of the kernel'));
  const named = ints('kernel_shape') ?? size;
  if (named.join() !== size.join()) refuse('kernel_shape is not that of the kernel');
  if (x.shape.length !== size.length + 2) refuse('an input with another number of axes');
  const windows = windowsOf(context, size);
  const padding = paddingOf(context, x, windows);
  const { strides, dilations } = windows;
  const groups = int('group', 1);
  const attributes = {
    layout: 'NCHW',
    kernel: 'OIHW',
    strides,
    dilations,
    padding,
    groups,
  } as const;
  const shape = outShape(context, { x, windows, padding }, kernel.shape[0] ?? 1);
  return emit('conv', [x, kernel, optional(2)], attributes, { shape, dtype: x.dtype });
}

/** What comes out may be given; the padding follows from it. */
function convTranspose(context: Context): Arrayed {
  const { array, emit, fixed, int, ints, optional, refuse, sizes, text } = context;
  const [x, kernel] = [array(0), array(1)];
  const size = kernel.shape.slice(2).map((length) => fixed(length, 'the size of the kernel'));
  const named = ints('kernel_shape') ?? size;
  if (named.join() !== size.join()) refuse('kernel_shape is not that of the kernel');
  if (size.length > 2) refuse(`over ${size.length} axes`);
  const windows = windowsOf(context, size);
  const { strides, dilations } = windows;
  const way = text('auto_pad', 'NOTSET');
  const more = ints('output_padding') ?? size.map(() => 0);
  const wanted = ints('output_shape');
  const pads = ints('pads') ?? [];
  const groups = int('group', 1);
  const padding = size.map((_, axis): readonly [number, number] => {
    const isSame = way.startsWith('SAME');
    if (!wanted && !isSame) return [pads[axis] ?? 0, pads[axis + size.length] ?? 0];
    const length = fixed(x.shape[axis + 2], 'the size of the image');
    const stride = strides[axis] ?? 1;
    const out = wanted?.at(axis - size.length) ?? length * stride;
    const total = stride * (length - 1) + (more[axis] ?? 0) + reachOf(windows, axis) - out;
    if (total < 0) refuse('an output_shape that is larger than what comes out');
    const half = Math.floor(total / 2);
    return way === 'SAME_UPPER' ? [half, total - half] : [total - half, half];
  });
  const spatial = size.map((_, axis): Size => {
    const [before, after] = padding[axis] ?? [0, 0];
    const steps = sizes.join('sub', x.shape[axis + 2] ?? 1, 1);
    const reach = reachOf(windows, axis) - before - after + (more[axis] ?? 0);
    return sizes.join('add', sizes.join('mul', steps, strides[axis] ?? 1), reach);
  });
  const channels = fixed(kernel.shape[1], 'the kernel') * groups;
  const attributes = {
    layout: 'NCHW',
    kernel: 'IOHW',
    strides,
    dilations,
    padding,
    outputPadding: more,
    groups,
  } as const;
  const out = { shape: [x.shape[0] ?? 1, channels, ...spatial], dtype: x.dtype };
  return emit('conv_transpose', [x, kernel, optional(2)], attributes, out);
}

function pool(context: Context, name: 'max' | 'avg'): Arrayed {
  const { array, emit, int, ints, refuse } = context;
  const x = array(0);
  const size = ints('kernel_shape') ?? refuse('kernel_shape is not given');
  const windows = windowsOf(context, size);
  if (windows.dilations.some((dilation) => dilation !== 1)) refuse('dilations');
  const padding = paddingOf(context, x, windows);
  const ceil = int('ceil_mode', 0) !== 0;
  const channels = x.shape[1] ?? 1;
  const shape = outShape(context, { x, windows, padding, ceil }, channels);
  const { strides } = windows;
  const window = { layout: 'NCHW', size, strides, padding, ceil } as const;
  const out = { shape, dtype: x.dtype };
  if (name === 'max') return emit('max_pool', [x], window, out);
  const countPadding = int('count_include_pad', 0) !== 0;
  return emit('avg_pool', [x], { ...window, countPadding }, out);
}
