import {
  add,
  batchNorm,
  mean,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  type Tensor,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs';
import { toFloat } from './linear.ts';
import {
  axisOf,
  float,
  type Inputs,
  Misfit,
  need,
  type Op,
  product,
  type Spec,
  show,
  sizeOf,
  toLast,
} from './op.ts';

/** `(x − mean) / √(variance + epsilon) · scale + offset`, all four one number per channel. */
export const batchNormalization: Op<'batch_norm'> = {
  infer(inputs, { axis }) {
    const { shape } = need(inputs, 0);
    const channels = sizeOf(shape, axisOf(axis, shape.length));
    for (const index of [3, 4]) need(inputs, index);
    for (const index of [1, 2, 3, 4]) checkVector(inputs, index, channels);
    return float(shape);
  },
  channelsLast: (attributes, inputs) => ({
    attributes: { ...attributes, axis: toLast(attributes.axis, rankOf(inputs)) },
    images: 'first',
    wanted: false,
  }),
  compute(inputs, { axis, epsilon }, { shape }) {
    const x = toFloat(need(inputs, 0));
    const at = axisOf(axis, x.rank);
    const [scale, offset] = [inputs[1] ?? undefined, inputs[2] ?? undefined];
    const [center, variance] = [need(inputs, 3), need(inputs, 4)];
    if (at === x.rank - 1) {
      const rows = reshape(x, [-1, 1, 1, sizeOf(shape, at)]) as Tensor4D;
      const out = batchNorm(
        rows,
        vector(center),
        vector(variance),
        ...affine(offset, scale),
        epsilon,
      );
      return reshape(out, [...shape]);
    }
    const along = (values: Tensor) => reshape(values, alongAxis(at, shape));
    const factor = mul(rsqrt(add(variance, epsilon)), scale ?? 1);
    const out = mul(sub(x, along(center)), along(factor));
    return offset ? add(out, along(offset)) : out;
  },
};

/** Mean and variance over the last axes of every example; scale and offset have their shape. */
export const layerNormalization: Op<'layer_norm'> = {
  infer(inputs, { axes }) {
    const { shape } = need(inputs, 0);
    const size = product(lastAxes(axes, shape));
    for (const index of [1, 2]) checkVector(inputs, index, size);
    return float(shape);
  },
  compute(inputs, { axes, epsilon }, { shape }) {
    const size = product(shape.slice(shape.length - axes.length));
    const x = reshape(toFloat(need(inputs, 0)), [-1, size]);
    const flat = (index: number) => (inputs[index] ? reshape(need(inputs, index), [size]) : null);
    return reshape(scaled(standardized(x, 1, epsilon), flat(1), flat(2)), [...shape]);
  },
};

/** By the root of the mean square over the last axes; no mean is taken away. */
export const rmsNormalization: Op<'rms_norm'> = {
  infer(inputs, { axes }) {
    const { shape } = need(inputs, 0);
    checkVector(inputs, 1, product(lastAxes(axes, shape)));
    return float(shape);
  },
  compute(inputs, { axes, epsilon }, { shape }) {
    const size = product(lastAxes(axes, shape));
    const x = reshape(toFloat(need(inputs, 0)), [-1, size]);
    const out = mul(x, rsqrt(add(mean(square(x), 1, true), epsilon)));
    return reshape(inputs[1] ? mul(out, reshape(inputs[1], [size])) : out, [...shape]);
  },
};

/** Sizes of axes that must be the last ones. */
function lastAxes(axes: readonly number[], shape: readonly number[]): number[] {
  const over = axes.map((axis) => axisOf(axis, shape.length)).sort((a, b) => a - b);
  if (over.some((axis, i) => axis !== shape.length - over.length + i)) {
    throw new Misfit(`axes ${show(axes)} are not the last of ${show(shape)}`);
  }
  return over.map((axis) => sizeOf(shape, axis));
}

/** Mean and variance over each group of neighbouring channels and all positions of an example. */
export const groupNormalization: Op<'group_norm'> = {
  infer(inputs, { groups, axis }) {
    const { shape } = need(inputs, 0);
    const channels = sizeOf(shape, axisOf(axis, shape.length));
    if (channels % groups !== 0) throw new Misfit(`${channels} channels in ${groups} groups`);
    for (const index of [1, 2]) checkVector(inputs, index, channels);
    return float(shape);
  },
  channelsLast: (attributes, inputs) => ({
    attributes: { ...attributes, axis: toLast(attributes.axis, rankOf(inputs)) },
    images: 'first',
    wanted: false,
  }),
  compute(inputs, { groups, axis, epsilon }) {
    const x = toFloat(need(inputs, 0));
    const at = axisOf(axis, x.rank);
    const order = [...x.shape.keys()].filter((other) => other !== at).concat(at);
    const last = at === x.rank - 1 ? x : transpose(x, order);
    const channels = sizeOf(x.shape, at);
    const grouped = reshape(last, [sizeOf(x.shape, 0), -1, groups, channels / groups]);
    const rows = reshape(standardized(grouped, [1, 3], epsilon), [-1, channels]);
    const out = reshape(scaled(rows, inputs[1] ?? null, inputs[2] ?? null), last.shape);
    return at === x.rank - 1 ? out : transpose(out, inverse(order));
  },
};

/** Two passes, as the frameworks do it: the variance of what the mean was taken from. */
function standardized(x: Tensor, axes: number | number[], epsilon: number): Tensor {
  const centered = sub(x, mean(x, axes, true));
  const variance = mean(square(centered), axes, true);
  return mul(centered, rsqrt(add(variance, epsilon)));
}

function scaled(x: Tensor, scale: Tensor | null, offset: Tensor | null): Tensor {
  const out = scale ? mul(x, scale) : x;
  return offset ? add(out, offset) : out;
}

function checkVector(inputs: Inputs<Spec>, index: number, size: number): void {
  const shape = inputs[index]?.shape;
  if (shape && product(shape) !== size) {
    throw new Misfit(`input ${index} has shape ${show(shape)}, where ${size} numbers are wanted`);
  }
}

const rankOf = (inputs: Inputs<Spec>) => need(inputs, 0).shape.length;

const vector = (values: Tensor) => reshape<import('@tensorflow/tfjs').Rank.R1>(values, [-1]);

function affine(offset: Tensor | undefined, scale: Tensor | undefined) {
  return [offset && vector(offset), scale && vector(scale)] as const;
}

function alongAxis(axis: number, shape: readonly number[]): number[] {
  return shape.map((_, at) => (at === axis ? -1 : 1));
}

function inverse(order: readonly number[]): number[] {
  const back: number[] = [];
  for (const [to, from] of order.entries()) back[from] = to;
  return back;
}
