import {
  add,
  broadcastTo,
  concat as concatOf,
  expandDims,
  fill,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  reshape as reshapeTo,
  slice as sliceOf,
  type Tensor,
  transpose as transposeOf,
  zerosLike,
} from '@tensorflow/tfjs';
import { typed } from './arithmetic.ts';
import {
  axisOf,
  float,
  type Inputs,
  Misfit,
  need,
  type Op,
  product,
  type Resolve,
  type Spec,
  show,
  sizeOf,
  toLast,
} from './op.ts';
import { everyNth, pick, surround } from './wide.ts';

export const reshape: Op<'reshape'> = {
  infer(inputs, { shape }, resolve) {
    const { dtype, known, shape: from } = need(inputs, 0);
    const to = shape.map(resolve);
    const rest = to.indexOf(-1);
    if (rest >= 0) to[rest] = product(from) / product(to.filter((size) => size !== -1));
    if (product(to) !== product(from)) throw new Misfit(`${show(from)} does not fill ${show(to)}`);
    return { shape: to, dtype, known };
  },
  compute: toShape,
};

export const flatten: Op<'flatten'> = {
  infer(inputs, { from, to }) {
    const { shape, dtype, known } = need(inputs, 0);
    if (shape.length === 0) return { shape: [1], dtype, known };
    const [first, last] = [axisOf(from, shape.length), axisOf(to, shape.length)];
    const joined = product(shape.slice(first, last + 1));
    return { shape: [...shape.slice(0, first), joined, ...shape.slice(last + 1)], dtype, known };
  },
  compute: toShape,
};

export const squeeze: Op<'squeeze'> = {
  infer(inputs, { axes }) {
    const { shape, dtype, known } = need(inputs, 0);
    const gone = axes?.map((axis) => axisOf(axis, shape.length));
    const left = shape.filter((size, axis) => size !== 1 || (gone && !gone.includes(axis)));
    return { shape: left, dtype, known };
  },
  compute: toShape,
};

export const unsqueeze: Op<'unsqueeze'> = {
  infer(inputs, { axis }) {
    const { shape, dtype, known } = need(inputs, 0);
    return { shape: shape.toSpliced(axisOf(axis, shape.length + 1), 0, 1), dtype, known };
  },
  compute: toShape,
};

function toShape(inputs: Inputs<Tensor>, _: unknown, { shape }: Spec): Tensor {
  return reshapeTo(need(inputs, 0), [...shape]);
}

export const transpose: Op<'transpose'> = {
  infer(inputs, { axes }) {
    const { shape, dtype, known } = need(inputs, 0);
    const order = axes.map((axis) => axisOf(axis, shape.length));
    if (order.length !== shape.length || new Set(order).size !== order.length) {
      throw new Misfit(`an order ${show(axes)} for ${show(shape)}`);
    }
    return { shape: order.map((axis) => sizeOf(shape, axis)), dtype, known };
  },
  compute(inputs, { axes }) {
    const x = need(inputs, 0);
    return transposeOf(
      x,
      axes.map((axis) => axisOf(axis, x.rank)),
    );
  },
};

export const expand: Op<'expand'> = {
  infer(inputs, { shape }, resolve) {
    const { shape: from, dtype, known } = need(inputs, 0);
    const to = shape.map((dimension, axis) => {
      const own = from[axis - shape.length + from.length] ?? 1;
      const size = resolve(dimension);
      if (size !== -1 && own !== 1 && own !== size) {
        throw new Misfit(`${show(from)} cannot be repeated to ${size} along axis ${axis}`);
      }
      return size === -1 ? own : size;
    });
    if (to.length < from.length) throw new Misfit(`${show(from)} has more axes than ${show(to)}`);
    return { shape: to, dtype, known: to.length === 0 ? known : null };
  },
  compute: (inputs, _, { shape }) => broadcastTo(need(inputs, 0), [...shape]),
};

export const concat: Op<'concat'> = {
  infer(inputs, { axis }) {
    const specs = inputs.map((_, index) => need(inputs, index));
    const { shape } = need(specs, 0);
    const at = axisOf(axis, shape.length);
    for (const { shape: other } of specs) {
      if (other.length !== shape.length || other.some((size, i) => i !== at && size !== shape[i])) {
        throw new Misfit(`${show(shape)} and ${show(other)} cannot be joined along axis ${axis}`);
      }
    }
    const joined = specs.reduce((sum, spec) => sum + sizeOf(spec.shape, at), 0);
    const dtype = specs.some((spec) => spec.dtype === 'float32')
      ? 'float32'
      : (specs[0]?.dtype ?? 'int32');
    return { shape: shape.with(at, joined), dtype, known: null };
  },
  channelsLast: ({ axis }, inputs) => ({
    attributes: { axis: toLast(axis, need(inputs, 0).shape.length) },
    images: 'all',
    wanted: false,
  }),
  compute(inputs, { axis }, { dtype }) {
    const parts = inputs.map((_, index) => typed(need(inputs, index), dtype));
    return concatOf(parts, axisOf(axis, need(parts, 0).rank));
  },
};

export const slice: Op<'slice'> = {
  infer(inputs, attributes) {
    const { shape, dtype } = need(inputs, 0);
    const at = axisOf(attributes.axis, shape.length);
    const [from, to] = rangeOf(attributes, sizeOf(shape, at));
    if (attributes.step < 1) throw new Misfit(`a step of ${attributes.step}`);
    const size = Math.max(0, Math.ceil((to - from) / attributes.step));
    return { shape: shape.with(at, size), dtype, known: null };
  },
  compute(inputs, attributes, { shape }) {
    const x = need(inputs, 0);
    const at = axisOf(attributes.axis, x.rank);
    const [from, to] = rangeOf(attributes, sizeOf(x.shape, at));
    const begin = x.shape.map((_, axis) => (axis === at ? from : 0));
    if (attributes.step === 1) return sliceOf(x, begin, [...shape]);
    return everyNth(x, at, { from, to, step: attributes.step });
  },
};

/** `[from, to)` within the axis, as Python cuts what reaches beyond. */
function rangeOf(
  { from, to }: { readonly from: number; readonly to: number | null },
  size: number,
): [number, number] {
  const within = (at: number) => Math.min(size, Math.max(0, at < 0 ? at + size : at));
  const first = within(from);
  return [first, Math.max(first, within(to ?? size))];
}

export const select: Op<'select'> = {
  infer(inputs, { axis, index }) {
    const { shape, dtype } = need(inputs, 0);
    const at = axisOf(axis, shape.length);
    axisOf(index, sizeOf(shape, at));
    return { shape: shape.toSpliced(at, 1), dtype, known: null };
  },
  compute(inputs, { axis, index }, { shape }) {
    const x = need(inputs, 0);
    const at = axisOf(axis, x.rank);
    const begin = x.shape.map((size, other) => (other === at ? axisOf(index, size) : 0));
    return reshapeTo(sliceOf(x, begin, x.shape.with(at, 1)), [...shape]);
  },
};

/** Negative padding cuts off, as in PyTorch. */
export const pad: Op<'pad'> = {
  infer(inputs, { padding }) {
    const { shape, dtype } = need(inputs, 0);
    if (padding.length !== shape.length) {
      throw new Misfit(`padding of ${padding.length} axes for ${show(shape)}`);
    }
    const to = shape.map((size, axis) => {
      const [before, after] = padding[axis] ?? [0, 0];
      if (size + before + after < 0) throw new Misfit(`nothing is left of axis ${axis}`);
      return size + before + after;
    });
    return { shape: to, dtype, known: null };
  },
  channelsLast({ padding, value }, inputs) {
    const rank = need(inputs, 0).shape.length;
    const moved = padding.map(() => [0, 0] as readonly [number, number]);
    for (const [axis, pair] of padding.entries()) moved[toLast(axis, rank)] = pair;
    return { attributes: { padding: moved, value }, images: 'first', wanted: false };
  },
  compute(inputs, { padding, value }) {
    const x = need(inputs, 0);
    const begin = padding.map(([before]) => Math.max(0, -before));
    const sizes = padding.map(
      ([, after], axis) => sizeOf(x.shape, axis) - (begin[axis] ?? 0) - Math.max(0, -after),
    );
    const zeros = padding.map(([before, after]): [number, number] => [
      Math.max(0, before),
      Math.max(0, after),
    ]);
    return surround(sliceOf(x, begin, sizes), zeros, value);
  },
};

/**
 * Rows of a table. An index that is none of its rows gives NaN: left alone, WebGPU would give zeros
 * without a word.
 */
export const embedding: Op<'embedding'> = {
  infer(inputs) {
    const [indices, table] = [need(inputs, 0), need(inputs, 1)];
    if (table.shape.length !== 2) throw new Misfit(`a table of shape ${show(table.shape)}`);
    return float([...indices.shape, sizeOf(table.shape, 1)]);
  },
  compute(inputs) {
    const indices = typed(need(inputs, 0), 'int32');
    const table = need(inputs, 1);
    const rows = sizeOf(table.shape, 0);
    const valid = logicalAnd(greaterEqual(indices, 0), less(indices, rows));
    const found = gather(table, pick(valid, indices, zerosLike(indices)));
    const nothing = pick(valid, fill(indices.shape, 0), fill(indices.shape, Number.NaN));
    return add(found, expandDims(nothing, -1));
  },
};

export const identity: Op<'identity'> = {
  infer: (inputs) => need(inputs, 0),
  channelsLast: (attributes) => ({ attributes, images: 'first', wanted: false }),
  compute: (inputs) => need(inputs, 0),
};

/** What a named size stands for; `sizes` holds every value that is known before anything is computed. */
export function resolver(sizes: ReadonlyMap<string, Spec>): Resolve {
  return (dimension) => {
    if (typeof dimension === 'number') return dimension;
    const known = sizes.get(dimension)?.known ?? null;
    if (known === null) throw new Misfit(`the size ${dimension} depends on the data`);
    return known;
  };
}
