import {
  add,
  argMax,
  cast,
  concat,
  cumsum as cumsumOf,
  equal,
  fill,
  gather as gatherOf,
  greaterEqual,
  isNaN as isNaNOf,
  less,
  logicalAnd,
  logicalOr,
  max,
  min,
  mul,
  oneHot as oneHotOf,
  reshape,
  scalar,
  slice,
  type Tensor,
  tensor,
  tile as tileOf,
  zerosLike,
} from '@tensorflow/tfjs';
import { typed } from './arithmetic.ts';
import { toFloat } from './linear.ts';
import { axisOf, float, Misfit, need, type Op, product, show, sizeOf } from './op.ts';
import { alongAxis, backwards, pick } from './wide.ts';

/**
 * Slices at indices, which count from the end where they are negative. An index that is outside gives
 * NaN in a float array: left alone, WebGPU would give zeros without a word.
 */
export const gather: Op<'gather'> = {
  infer(inputs, { axis }) {
    const [x, indices] = [need(inputs, 0), need(inputs, 1)];
    const at = axisOf(axis, x.shape.length);
    return {
      shape: x.shape.toSpliced(at, 1, ...indices.shape),
      dtype: x.dtype,
      known: null,
    };
  },
  compute(inputs, { axis }, { shape, dtype }) {
    const x = need(inputs, 0);
    const at = axisOf(axis, x.rank);
    const { rows, valid } = within(need(inputs, 1), sizeOf(x.shape, at));
    // A flat row of indices: tfjs on wasm takes no scalar.
    const found = gatherOf(bare(x), reshape(rows, [-1]), at);
    if (dtype !== 'float32') return typed(reshape(found, [...shape]), dtype);
    const along = x.shape.map((_, other) => (other === at ? -1 : 1));
    const nothing = pick(valid, fill(valid.shape, 0), fill(valid.shape, Number.NaN));
    return reshape(add(found, reshape(nothing, along)), [...shape]);
  },
};

/** Truth values travel as whole numbers. */
function bare(x: Tensor): Tensor {
  return x.dtype === 'bool' ? cast(x, 'int32') : x;
}

function within(given: Tensor, size: number): { rows: Tensor; valid: Tensor } {
  const indices = typed(given, 'int32');
  // A bare number would make floats of them.
  const fromEnd = add(indices, scalar(size, 'int32'));
  const counted = pick(less(indices, 0), fromEnd, indices);
  const valid = logicalAnd(greaterEqual(counted, 0), less(counted, size));
  return { rows: pick(valid, counted, zerosLike(counted)), valid };
}

export const gatherElements: Op<'gather_elements'> = {
  infer(inputs, { axis }) {
    const [x, indices] = [need(inputs, 0), need(inputs, 1)];
    const at = axisOf(axis, x.shape.length);
    const outside = indices.shape.some(
      (size, other) => other !== at && size > sizeOf(x.shape, other),
    );
    if (indices.shape.length !== x.shape.length || outside) {
      throw new Misfit(`indices of shape ${show(indices.shape)} into ${show(x.shape)}`);
    }
    return { shape: indices.shape, dtype: x.dtype, known: null };
  },
  compute(inputs, { axis }, { shape, dtype }) {
    const x = need(inputs, 0);
    const at = axisOf(axis, x.rank);
    const { rows, valid } = within(need(inputs, 1), sizeOf(x.shape, at));
    const strides = stridesOf(x.shape);
    const offsets = tensor(offsetsOf(shape, strides.with(at, 0)), [...shape], 'int32');
    const flat = add(mul(rows, scalar(strides[at] ?? 1, 'int32')), offsets);
    const found = reshape(gatherOf(reshape(bare(x), [-1]), reshape(flat, [-1])), [...shape]);
    if (dtype !== 'float32') return typed(found, dtype);
    return pick(valid, found, fill([...shape], Number.NaN));
  },
};

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => product(shape.slice(axis + 1)));
}

/** Where each place of an array of `shape` lies in another, by its strides. */
function offsetsOf(shape: readonly number[], strides: readonly number[]): Int32Array {
  const own = stridesOf(shape);
  return Int32Array.from({ length: product(shape) }, (_, flat) =>
    shape.reduce(
      (sum, size, axis) =>
        sum + (Math.floor(flat / (own[axis] ?? 1)) % size) * (strides[axis] ?? 0),
      0,
    ),
  );
}

/** NaN counts as the greatest and the least, as in NumPy; of several the first, on every backend. */
export const arg: Op<'arg'> = {
  infer(inputs, { axis, keep }) {
    const { shape } = need(inputs, 0);
    const at = axisOf(axis, shape.length);
    return {
      shape: keep ? shape.with(at, 1) : shape.toSpliced(at, 1),
      dtype: 'int32',
      known: null,
    };
  },
  compute(inputs, { name, axis }, { shape }) {
    const x = toFloat(need(inputs, 0));
    const at = axisOf(axis, x.rank);
    const size = sizeOf(x.shape, at);
    const best = name === 'max' ? max(x, at, true) : min(x, at, true);
    const isBest = logicalOr(equal(x, best), isNaNOf(x));
    const places = reshape(
      tensor(Array.from({ length: size }, (_, i) => size - i)),
      x.shape.map((_, other) => (other === at ? size : 1)),
    );
    // The first has the greatest place, and it is the only one that has it.
    const first = argMax(mul(places, cast(isBest, 'float32')), at);
    return reshape(first, [...shape]);
  },
};

export const cumsum: Op<'cumsum'> = {
  infer(inputs, { axis }) {
    const { shape, dtype } = need(inputs, 0);
    axisOf(axis, shape.length);
    return { shape, dtype: dtype === 'float32' ? dtype : 'int32', known: null };
  },
  compute(inputs, { axis, exclusive, reverse }, { dtype }) {
    const x = typed(need(inputs, 0), dtype);
    // On WebGPU it takes four axes at most.
    const sums = alongAxis(x, axisOf(axis, x.rank), (rows) =>
      cumsumOf(rows, 1, exclusive, reverse),
    );
    return typed(sums, dtype);
  },
};

export const triangle: Op<'triangle'> = {
  infer(inputs) {
    const { shape, dtype } = need(inputs, 0);
    if (shape.length < 2) throw new Misfit(`a triangle of ${show(shape)}`);
    return { shape, dtype, known: null };
  },
  compute(inputs, { keep, diagonal }, { shape, dtype }) {
    const x = need(inputs, 0);
    const [rows = 1, columns = 1] = shape.slice(-2);
    const kept = Uint8Array.from({ length: rows * columns }, (_, i) => {
      const above = (i % columns) - Math.floor(i / columns);
      return Number(keep === 'lower' ? above <= diagonal : above >= diagonal);
    });
    const mask = tensor(kept, [...shape.slice(0, -2).map(() => 1), rows, columns], 'bool');
    const all = shape.length > 2 ? tileOf(mask, [...shape.slice(0, -2), 1, 1]) : mask;
    const numbers = bare(x);
    return typed(pick(all, numbers, zerosLike(numbers)), dtype);
  },
};

export const flip: Op<'flip'> = {
  infer(inputs, { axes }) {
    const { shape, dtype } = need(inputs, 0);
    for (const axis of axes) axisOf(axis, shape.length);
    return { shape, dtype, known: null };
  },
  compute(inputs, { axes }, { dtype }) {
    const x = need(inputs, 0);
    const at = axes.map((axis) => axisOf(axis, x.rank));
    return typed(backwards(bare(x), at), dtype);
  },
};

export const roll: Op<'roll'> = {
  infer(inputs, { axes }) {
    const { shape, dtype } = need(inputs, 0);
    for (const axis of axes) axisOf(axis, shape.length);
    return { shape, dtype, known: null };
  },
  compute(inputs, { axes, shifts }, { dtype }) {
    const x = bare(need(inputs, 0));
    const out = axes.reduce((rolled, axis, i) => {
      const at = axisOf(axis, rolled.rank);
      const size = sizeOf(rolled.shape, at);
      const shift = (((shifts[i] ?? 0) % size) + size) % size;
      if (shift === 0) return rolled;
      const part = (from: number, to: number) =>
        slice(
          rolled,
          rolled.shape.map((_, other) => (other === at ? from : 0)),
          rolled.shape.with(at, to - from),
        );
      return concat([part(size - shift, size), part(0, size - shift)], at);
    }, x);
    return typed(out, dtype);
  },
};

export const tile: Op<'tile'> = {
  infer(inputs, { repeats }, resolve) {
    const { shape, dtype } = need(inputs, 0);
    if (repeats.length < shape.length) {
      throw new Misfit(`${repeats.length} repeats for ${show(shape)}`);
    }
    const own = [...repeats.slice(shape.length).map(() => 1), ...shape];
    const to = own.map((size, axis) => size * resolve(repeats[axis] ?? 1));
    return { shape: to, dtype, known: null };
  },
  compute(inputs, { repeats }, { shape, dtype }) {
    const x = bare(need(inputs, 0));
    const own = [...repeats.slice(x.rank).map(() => 1), ...x.shape];
    const times = shape.map((size, axis) => size / Math.max(1, own[axis] ?? 1));
    return typed(tileOf(reshape(x, own), times), dtype);
  },
};

export const oneHot: Op<'one_hot'> = {
  infer: (inputs, { depth }) => float([...need(inputs, 0).shape, depth]),
  compute(inputs, { depth }, { shape }) {
    const indices = reshape(typed(need(inputs, 0), 'int32'), [-1]);
    return reshape(toFloat(oneHotOf(indices, depth)), [...shape]);
  },
};
