import {
  avgPool,
  cast,
  concat,
  fill,
  greater,
  isNaN as isNaNOf,
  max,
  maxPool,
  mean,
  mul,
  pad as padWith,
  reshape,
  slice,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from '@tensorflow/tfjs';
import type { Layout, OpAttributes } from '#domain/graph.ts';
import { toFloat } from './linear.ts';
import { type ChannelsLast, float, type Inputs, need, type Op, type Spec, sizeOf } from './op.ts';
import { isFiniteThroughout } from './readable.ts';
import { maxOfVolumes, meanOfVolumes } from './volume.ts';
import { pick } from './wide.ts';
import {
  channelsOf,
  explicitPad,
  imageShape,
  type Pad,
  planar,
  type Swept,
  spatial,
  sweepsOfPool,
  twoAxes,
  weightsPerAxis,
} from './window.ts';

type Pool = OpAttributes['max_pool'];

/** What is padded never is the largest. NaN in a window is its maximum, as in PyTorch. */
export const maxPooling: Op<'max_pool'> = {
  infer: inferPool,
  channelsLast,
  compute(inputs, attributes, { shape }) {
    if (attributes.size.length === 3) return maxOfVolumes(inputs, attributes);
    const x = planar(toFloat(need(inputs, 0)));
    const sizes = x.shape.slice(3 - attributes.size.length, 3);
    const pads = sweepsOfPool(sizes, attributes).map(
      ({ pad, extra }): Pad => [pad[0], pad[1] + extra],
    );
    const pool = (values: Tensor4D) =>
      maxPool(
        values,
        twoAxes(attributes.size, 1),
        twoAxes(attributes.strides, 1),
        explicitPad(pads),
      );
    return reshape(withNaN(x, pool(x), pool), [...shape]);
  },
};

/** `countPadding`: PyTorch's default; padding that only rounding up reaches never counts. */
export const avgPooling: Op<'avg_pool'> = {
  infer: inferPool,
  channelsLast,
  compute(inputs, attributes, { shape }) {
    if (attributes.size.length === 3) return meanOfVolumes(inputs, attributes);
    const x = planar(toFloat(need(inputs, 0)));
    const sizes = x.shape.slice(3 - attributes.size.length, 3);
    const swept = sweepsOfPool(sizes, attributes);
    const pads = explicitPad(swept.map(({ pad, extra }): Pad => [pad[0], pad[1] + extra]));
    const pool = (values: Tensor4D) =>
      avgPool(
        pads.flat().some((zeros) => zeros > 0) ? padWith(values, pads) : values,
        twoAxes(attributes.size, 1),
        twoAxes(attributes.strides, 1),
        'valid',
      );
    const weights = divisors(sizes, swept, attributes);
    const means = pool(x);
    const out = weights ? (mul(means, weights) as Tensor4D) : means;
    return reshape(withNaN(x, out, pool), [...shape]);
  },
};

/** Windows `[floor(i · in / out), ceil((i + 1) · in / out))`, one axis after the other: they are boxes. */
export const adaptiveAvgPooling: Op<'adaptive_avg_pool'> = {
  infer(inputs, { layout, size }) {
    const { shape } = need(inputs, 0);
    spatial(shape, layout, size.length);
    return float(imageShape(sizeOf(shape, 0), size, channelsOf(shape, layout), layout));
  },
  channelsLast,
  compute(inputs, { size }) {
    return size.reduce((x, out, axis) => meansAlong(x, axis + 1, out), toFloat(need(inputs, 0)));
  },
};

export const adaptiveMaxPooling: Op<'adaptive_max_pool'> = {
  infer: (inputs, attributes, resolve) => adaptiveAvgPooling.infer(inputs, attributes, resolve),
  channelsLast,
  compute(inputs, { size }, { shape }) {
    const x = toFloat(need(inputs, 0));
    const most = (values: Tensor) =>
      size.reduce(
        (all, out, axis) => alongWindows(all, { axis: axis + 1, out, take: max }),
        values,
      );
    if (isFiniteThroughout(x)) return most(x);
    const spots = most(cast(isNaNOf(x), 'float32'));
    return pick(greater(spots, 0), fill([...shape], Number.NaN), most(x));
  },
};

function meansAlong(x: Tensor, axis: number, out: number): Tensor {
  return alongWindows(x, { axis, out, take: mean });
}

interface Windows {
  readonly axis: number;
  readonly out: number;
  readonly take: (x: Tensor, axis: number, keep: boolean) => Tensor;
}

function alongWindows(x: Tensor, { axis, out, take }: Windows): Tensor {
  const size = sizeOf(x.shape, axis);
  if (out === size) return x;
  if (out === 1) return take(x, axis, true);
  const windows = Array.from({ length: out }, (_, i) => {
    const from = Math.floor((i * size) / out);
    const to = Math.ceil(((i + 1) * size) / out);
    const begin = x.shape.map((_size, at) => (at === axis ? from : 0));
    const sizes = x.shape.map((whole, at) => (at === axis ? to - from : whole));
    return take(slice(x, begin, sizes), axis, true);
  });
  return concat(windows, axis);
}

function inferPool(inputs: Inputs<Spec>, attributes: Pool): Spec {
  const { shape } = need(inputs, 0);
  const { layout, size } = attributes;
  const swept = sweepsOfPool(spatial(shape, layout, size.length), attributes);
  const out = swept.map((axis) => axis.out);
  return float(imageShape(sizeOf(shape, 0), out, channelsOf(shape, layout), layout));
}

function channelsLast<Attributes extends { readonly layout: Layout }>(
  attributes: Attributes,
): (Omit<ChannelsLast<'max_pool'>, 'attributes'> & { readonly attributes: Attributes }) | null {
  if (attributes.layout === 'NHWC') return null;
  return { attributes: { ...attributes, layout: 'NHWC' }, images: 'first', wanted: true };
}

/** tfjs' pools lose NaN, so what windows held one is told by pooling where they are. */
function withNaN(x: Tensor4D, out: Tensor, pool: (values: Tensor4D) => Tensor): Tensor {
  if (isFiniteThroughout(x)) return out;
  const spots = pool(cast(isNaNOf(x), 'float32'));
  // A scalar would be repeated to the whole shape by a slow kernel.
  return pick(greater(spots, 0), fill(out.shape, Number.NaN), out);
}

/** Window size over the elements that count, per window: `[1, rows, columns, 1]`; `null` where all are 1. */
function divisors(
  sizes: readonly number[],
  swept: readonly Swept[],
  { size, strides, countPadding }: OpAttributes['avg_pool'],
): Tensor4D | null {
  const perAxis = weightsPerAxis(sizes, swept, { size, strides, countPadding });
  const [rows, columns] = twoAxes(perAxis, [1]);
  const weights = rows.flatMap((row) => columns.map((column) => row * column));
  if (weights.every((weight) => weight === 1)) return null;
  return tensor4d(weights, [1, rows.length, columns.length, 1]);
}
