import { add, gather, mul, sub, type Tensor, tensor } from '@tensorflow/tfjs';
import type { OpAttributes } from '#domain/graph.ts';
import { toFloat } from './linear.ts';
import { float, Misfit, need, type Op, sizeOf } from './op.ts';
import { channelsOf, imageShape, spatial } from './window.ts';

type Resize = OpAttributes['resize'];

/**
 * `nearest`: element `floor(i / factor)`, as PyTorch's `nearest` and Keras' UpSampling2D have it.
 * `bilinear`: pixels are areas, their centres at halves; PyTorch's `align_corners=False`.
 *
 * One axis after the other by index, so that factors which are no whole numbers come out as PyTorch's do.
 *
 * @see https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/UpSample.h
 */
export const resize: Op<'resize'> = {
  infer(inputs, { layout, size, factors }) {
    const { shape } = need(inputs, 0);
    const axes = (size ?? factors ?? []).length;
    const out = spatial(shape, layout, axes).map(
      (from, axis) => size?.[axis] ?? Math.floor(from * (factors?.[axis] ?? Number.NaN)),
    );
    if (out.some((to) => !(to >= 1))) throw new Misfit('neither a size nor factors are given');
    return float(imageShape(sizeOf(shape, 0), out, channelsOf(shape, layout), layout));
  },
  channelsLast: (attributes) =>
    attributes.layout === 'NHWC'
      ? null
      : { attributes: { ...attributes, layout: 'NHWC' }, images: 'first', wanted: true },
  compute(inputs, attributes, { shape }) {
    const x = toFloat(need(inputs, 0));
    const axes = x.rank - 2;
    return Array.from({ length: axes }, (_, axis) => axis).reduce(
      (image, axis) => along(image, axis, attributes, sizeOf(shape, axis + 1)),
      x,
    );
  },
};

function along(x: Tensor, axis: number, { method, factors }: Resize, out: number): Tensor {
  const size = sizeOf(x.shape, axis + 1);
  if (out === size && (factors?.[axis] ?? 1) === 1) return x;
  const scale = factors ? 1 / (factors[axis] ?? 1) : size / out;
  const at = axis + 1;
  const pick = (indices: readonly number[]) => gather(x, tensor([...indices], [out], 'int32'), at);
  const last = size - 1;
  const positions = Array.from({ length: out }, (_, i) => i);
  if (method === 'nearest') {
    return pick(positions.map((i) => Math.min(last, Math.floor(i * scale))));
  }
  const centres = positions.map((i) => Math.max(0, (i + 0.5) * scale - 0.5));
  const lower = centres.map((centre) => Math.min(last, Math.floor(centre)));
  const weights = centres.map((centre, i) => centre - (lower[i] ?? 0));
  const shape = x.shape.map((_, other) => (other === at ? out : 1));
  const before = pick(lower);
  const after = pick(lower.map((index) => Math.min(last, index + 1)));
  return add(before, mul(sub(after, before), tensor(weights, shape)));
}
