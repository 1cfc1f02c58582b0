import { reshape, type Tensor, type Tensor4D } from '@tensorflow/tfjs';
import type { Layout, OpAttributes, Padding } from '#domain/graph.ts';
import { Misfit, show, sizeOf } from './op.ts';

/** Zeros before and after one spatial axis. */
export type Pad = readonly [before: number, after: number];

/** One spatial axis under a sliding window. */
export interface Slide {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
}

/** What a sliding window makes of one spatial axis. */
export interface Swept {
  readonly out: number;
  readonly pad: Pad;
  /** Room after the padding into which the last window reaches, when sizes are rounded up. */
  readonly extra: number;
}

/**
 * Size and padding of one axis.
 *
 * @param pad `same`: as TensorFlow pads, as much before as after, the odd one after
 * @param ceil rounds up, but the last window must begin inside the input or the padding before it
 * @see https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/Pool.h
 * @see https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
export function sweep(slide: Slide, pad: Pad | 'same', ceil = false): Swept {
  const { size, window, stride, dilation } = slide;
  const reach = dilation * (window - 1) + 1;
  if (pad === 'same') {
    const out = Math.ceil(size / stride);
    const total = Math.max(0, (out - 1) * stride + reach - size);
    const before = Math.floor(total / 2);
    return { out, pad: [before, total - before], extra: 0 };
  }
  const padded = size + pad[0] + pad[1];
  let out = Math.floor((padded - reach + (ceil ? stride - 1 : 0)) / stride) + 1;
  if (ceil && (out - 1) * stride >= size + pad[0]) out--;
  if (out < 1) throw new Misfit(`a window of ${reach} does not fit into ${padded}`);
  return { out, pad, extra: Math.max(0, (out - 1) * stride + reach - padded) };
}

export function padOf(padding: Padding, axis: number): Pad | 'same' {
  return padding === 'same' ? 'same' : (padding[axis] ?? [0, 0]);
}

/** A kernel over all spatial axes. */
export function sweepsOfKernel(
  sizes: readonly number[],
  windows: readonly number[],
  { strides, dilations, padding }: OpAttributes['conv'],
): readonly Swept[] {
  return sizes.map((size, axis) =>
    sweep(
      {
        size,
        window: windows[axis] ?? 1,
        stride: strides[axis] ?? 1,
        dilation: dilations[axis] ?? 1,
      },
      padOf(padding, axis),
    ),
  );
}

/** A pool over all spatial axes. */
export function sweepsOfPool(
  sizes: readonly number[],
  attributes: OpAttributes['max_pool'],
): readonly Swept[] {
  const { size, strides, padding, ceil } = attributes;
  return sizes.map((all, axis) =>
    sweep(
      { size: all, window: size[axis] ?? 1, stride: strides[axis] ?? 1, dilation: 1 },
      padOf(padding, axis),
      ceil,
    ),
  );
}

/** Window size over the elements that count, along each axis for itself. */
export function weightsPerAxis(
  sizes: readonly number[],
  swept: readonly Swept[],
  {
    size,
    strides,
    countPadding,
  }: Pick<OpAttributes['avg_pool'], 'size' | 'strides' | 'countPadding'>,
): number[][] {
  return swept.map(({ out, pad }, axis) => {
    const [all, window] = [sizes[axis] ?? 1, size[axis] ?? 1];
    return Array.from({ length: out }, (_, i) => {
      const from = i * (strides[axis] ?? 1) - pad[0];
      const to = from + window;
      const counted = countPadding
        ? Math.min(to, all + pad[1]) - from
        : Math.min(to, all) - Math.max(from, 0);
      return window / counted;
    });
  });
}

/** The spatial sizes of a batch of images. */
export function spatial(shape: readonly number[], layout: Layout, axes: number): readonly number[] {
  if (shape.length !== axes + 2) {
    throw new Misfit(`an input of shape ${show(shape)}, where images of ${axes} axes are wanted`);
  }
  return layout === 'NCHW' ? shape.slice(2) : shape.slice(1, -1);
}

export function channelsOf(shape: readonly number[], layout: Layout): number {
  return (layout === 'NCHW' ? shape[1] : shape.at(-1)) ?? 0;
}

export function imageShape(
  batch: number,
  sizes: readonly number[],
  channels: number,
  layout: Layout,
): number[] {
  return layout === 'NCHW' ? [batch, channels, ...sizes] : [batch, ...sizes, channels];
}

/** One spatial axis becomes two, the first of size 1: tfjs slides over two. */
export function twoAxes<T>(perAxis: readonly T[], first: T): [T, T] {
  const [a = first, b] = perAxis;
  return b === undefined ? [first, a] : [a, b];
}

/** Images of one or two axes, channels last, as images of two: `[batch, height, width, channels]`. */
export function planar(x: Tensor): Tensor4D {
  const { shape, rank } = x;
  return reshape(x, [
    sizeOf(shape, 0),
    ...twoAxes(shape.slice(1, -1), 1),
    sizeOf(shape, rank - 1),
  ]) as Tensor4D;
}

type Pair = [number, number];

/** Padding as tfjs wants it said, for `NHWC`. */
export function explicitPad(pads: readonly Pad[]): [Pair, Pair, Pair, Pair] {
  const [rows, columns] = twoAxes<Pad>(pads, [0, 0]);
  return [[0, 0], [...rows], [...columns], [0, 0]];
}
