import {
  add,
  avgPool3d,
  cast,
  concat,
  conv3d,
  fill,
  greater,
  isNaN as isNaNOf,
  maximum,
  mul,
  slice,
  split,
  type Tensor,
  type Tensor5D,
  tensor,
} from '@tensorflow/tfjs';
import type { OpAttributes } from '#domain/graph.ts';
import { toFloat } from './linear.ts';
import { type Inputs, need, sizeOf } from './op.ts';
import { everyNth, pick, surround } from './wide.ts';
import { type Pad, type Swept, sweepsOfKernel, sweepsOfPool, weightsPerAxis } from './window.ts';

/** The least float32: what is padded never is the greatest. */
const LEAST = -3.4028234663852886e38;

const triple = (values: readonly number[]) =>
  [values[0] ?? 1, values[1] ?? 1, values[2] ?? 1] as [number, number, number];

/** Volumes `[n, d, h, w, c]` padded; a window that sizes rounded up reach beyond finds the same. */
function padded(x: Tensor, swept: readonly Swept[], value: number): Tensor5D {
  const pads = swept.map(({ pad, extra }): Pad => [pad[0], pad[1] + extra]);
  const isBare = pads.every(([before, after]) => before === 0 && after === 0);
  if (isBare) return x as Tensor5D;
  const all: [number, number][] = [
    [0, 0],
    ...pads.map(([a, b]): [number, number] => [a, b]),
    [0, 0],
  ];
  return surround(x, all, value) as Tensor5D;
}

/** Convolution over three axes, channels last; kernel `[d, h, w, in, out]`. */
export function convolveVolumes(inputs: Inputs<Tensor>, attributes: OpAttributes['conv']): Tensor {
  const x = toFloat(need(inputs, 0));
  const kernel = need(inputs, 1) as Tensor5D;
  const swept = sweepsOfKernel(x.shape.slice(1, -1), kernel.shape.slice(0, 3), attributes);
  const { strides, dilations, groups } = attributes;
  // tfjs takes strides or dilations, not both: it then runs at stride 1 and every n-th is kept.
  const apart = strides.some((one) => one > 1) && dilations.some((one) => one > 1);
  const volumes = padded(x, swept, 0);
  const convolve = (part: Tensor5D, filter: Tensor5D): Tensor5D =>
    conv3d(part, filter, apart ? 1 : triple(strides), 'valid', 'NDHWC', triple(dilations));
  const parts: Tensor5D[] = groups === 1 ? [volumes] : split(volumes, groups, 4);
  const filters: Tensor5D[] = groups === 1 ? [kernel] : split(kernel, groups, 4);
  const made = parts.map((part, group) => convolve(part, filters[group] ?? kernel));
  const whole = made.length === 1 ? (made[0] as Tensor5D) : concat(made, 4);
  const out = apart
    ? strides.reduce<Tensor>(
        (all, step, axis) =>
          everyNth(all, axis + 1, { from: 0, to: sizeOf(all.shape, axis + 1), step }),
        whole,
      )
    : whole;
  return inputs[2] ? add(out, inputs[2]) : out;
}

export function maxOfVolumes(inputs: Inputs<Tensor>, attributes: OpAttributes['max_pool']): Tensor {
  const x = toFloat(need(inputs, 0));
  const swept = sweepsOfPool(x.shape.slice(1, -1), attributes);
  const pool = (values: Tensor, value: number) =>
    swept.reduce<Tensor>(
      (all, { out }, axis) =>
        mostAlong(all, axis + 1, {
          out,
          window: attributes.size[axis] ?? 1,
          stride: attributes.strides[axis] ?? 1,
        }),
      padded(values, swept, value),
    );
  return withNaN(x, pool(x, LEAST), (spots) => pool(spots, 0));
}

interface Slide {
  readonly out: number;
  readonly window: number;
  readonly stride: number;
}

/** Windows are boxes, so one axis after the other will do. tfjs on wasm was seen to give NaN for its own pool. */
function mostAlong(x: Tensor, axis: number, { out, window, stride }: Slide): Tensor {
  const last = (out - 1) * stride + 1;
  const shifted = Array.from({ length: window }, (_, from) => {
    const piece = part(x, axis, [from, from + last]);
    if (stride === 1) return piece;
    return everyNth(piece, axis, { from: 0, to: last, step: stride });
  });
  return shifted.reduce((most, each) => maximum(most, each));
}

export function meanOfVolumes(
  inputs: Inputs<Tensor>,
  attributes: OpAttributes['avg_pool'],
): Tensor {
  const x = toFloat(need(inputs, 0));
  const sizes = x.shape.slice(1, -1);
  const swept = sweepsOfPool(sizes, attributes);
  const pool = (values: Tensor) =>
    avgPool3d(
      padded(values, swept, 0),
      triple(attributes.size),
      triple(attributes.strides),
      'valid',
    );
  const [depths = [], rows = [], columns = []] = weightsPerAxis(sizes, swept, attributes);
  const weights = depths.flatMap((depth) =>
    rows.flatMap((row) => columns.map((column) => depth * row * column)),
  );
  const means = pool(x);
  const shape = [1, depths.length, rows.length, columns.length, 1];
  const out = weights.every((weight) => weight === 1) ? means : mul(means, tensor(weights, shape));
  return withNaN(x, out, pool);
}

/** tfjs' pools lose NaN, so what windows held one is told by pooling where they are. */
function withNaN(x: Tensor, out: Tensor, pool: (spots: Tensor) => Tensor): Tensor {
  const spots = pool(cast(isNaNOf(x), 'float32'));
  return pick(greater(spots, 0), fill(out.shape, Number.NaN), out);
}

/** A part of an axis. */
export function part(x: Tensor, axis: number, [from, to]: readonly [number, number]): Tensor {
  const begin = x.shape.map((_, other) => (other === axis ? from : 0));
  return slice(x, begin, x.shape.with(axis, Math.min(to, sizeOf(x.shape, axis)) - from));
}
