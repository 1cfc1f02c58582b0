import {
  add,
  broadcastTo,
  cast,
  div,
  equal,
  fill,
  floor,
  floorDiv,
  getBackend,
  isNaN as isNaNOf,
  logicalAnd,
  max,
  maximum,
  mean,
  min,
  minimum,
  mod,
  mul,
  notEqual,
  pow,
  prod,
  reciprocal,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs';
import type { BinaryName, OpAttributes } from '#domain/graph.ts';
import { keepNaN } from './keep-nan.ts';
import { toFloat } from './linear.ts';
import {
  axisOf,
  broadcast,
  type ComputeType,
  computeType,
  float,
  Misfit,
  need,
  type Op,
  product,
  show,
  sizeOf,
  toLast,
} from './op.ts';
import { pick } from './wide.ts';

export const binary: Op<'binary'> = {
  infer(inputs, { name }) {
    const [a, b] = [need(inputs, 0), need(inputs, 1)];
    const integers = a.dtype !== 'float32' && b.dtype !== 'float32' && name !== 'div';
    return {
      shape: broadcast(a.shape, b.shape),
      dtype: integers ? 'int32' : 'float32',
      known: a.known === null || b.known === null ? null : NUMBERS[name](a.known, b.known),
    };
  },
  channelsLast(attributes, inputs) {
    const shapes = inputs.map((input) => input?.shape ?? []);
    const rank = Math.max(...shapes.map((shape) => shape.length));
    const apart = shapes.some((shape) => shape.length !== rank && product(shape) !== 1);
    return apart ? null : { attributes, images: 'all', wanted: false };
  },
  compute(inputs, { name }, { dtype, shape }, specs) {
    const a = typed(need(inputs, 0), dtype);
    const b = typed(need(inputs, 1), dtype);
    const power = name === 'pow' ? POWERS.get(specs[1]?.known ?? Number.NaN) : undefined;
    // tfjs divides integers in whole numbers, and raises them through float32.
    const out =
      power && dtype === 'float32' ? broadcastTo(power(a), [...shape]) : TENSORS[name](a, b);
    return typed(out, dtype);
  },
};

const NUMBERS: { readonly [Name in BinaryName]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  pow: (a, b) => a ** b,
  floor_div: (a, b) => Math.floor(a / b),
  remainder: (a, b) => a - b * Math.floor(a / b),
};

const TENSORS: { readonly [Name in BinaryName]: (a: Tensor, b: Tensor) => Tensor } = {
  add,
  sub,
  mul,
  div: quotient,
  // wasm keeps NaN of the first one only.
  maximum: (a, b) => pick(isNaNOf(toFloat(b)), b, maximum(a, b)),
  minimum: (a, b) => pick(isNaNOf(toFloat(b)), b, minimum(a, b)),
  pow,
  floor_div: (a, b) => (a.dtype === 'float32' ? floor(quotient(a, b)) : floorDiv(a, b)),
  remainder: (a, b) => keepNaN(add(a, b), mod(a, b)),
};

/** Exponents with a kernel of their own: WGSL's `pow` goes through a logarithm. */
const POWERS: ReadonlyMap<number, (x: Tensor) => Tensor> = new Map([
  [0.5, (x) => keepNaN(x, sqrt(x))],
  [1, (x) => x],
  [2, square],
  [3, (x) => mul(square(x), x)],
  [-1, reciprocal],
]);

/** 0 / 0 is NaN; WebGPU was seen to give 1. */
function quotient(a: Tensor, b: Tensor): Tensor {
  const out = div(a, b);
  if (getBackend() !== 'webgpu') return out;
  return pick(logicalAnd(equal(a, 0), equal(b, 0)), fill(out.shape, Number.NaN), out);
}

export const reduce: Op<'reduce'> = {
  infer(inputs, { name, axes, keep }) {
    const { shape, dtype } = need(inputs, 0);
    const over = axesOf(axes, shape.length);
    const out = keep
      ? shape.map((size, axis) => (over.includes(axis) ? 1 : size))
      : shape.filter((_, axis) => !over.includes(axis));
    if (name === 'any' || name === 'all') return { shape: out, dtype: 'bool', known: null };
    if (name === 'mean' || dtype === 'float32') return float(out);
    return { shape: out, dtype: 'int32', known: null };
  },
  channelsLast(attributes, inputs) {
    const rank = need(inputs, 0).shape.length;
    const over = axesOf(attributes.axes, rank);
    // Without them the axes that are left must still stand in the order of the graph.
    const wholeImages = Array.from({ length: rank - 2 }, (_, i) => i + 2).every((axis) =>
      over.includes(axis),
    );
    if (!attributes.keep && !wholeImages) return null;
    const axes = over.map((axis) => toLast(axis, rank));
    return { attributes: { ...attributes, axes }, images: 'first', wanted: false };
  },
  compute(inputs, { name, axes, keep }, { dtype }) {
    const x = typed(need(inputs, 0), dtype);
    return typed(REDUCTIONS[name](x, axesOf(axes, x.rank), keep), dtype);
  },
};

type Reduce = (x: Tensor, axes: number[], keep: boolean) => Tensor;

/** On WebGPU its own kernels for truth values read the memory of another type. */
const REDUCTIONS: { readonly [Name in OpAttributes['reduce']['name']]: Reduce } = {
  mean,
  sum,
  max,
  min,
  prod,
  any: (x, axes, keep) => max(cast(x, 'float32'), axes, keep),
  all: (x, axes, keep) => min(cast(x, 'float32'), axes, keep),
};

function axesOf(axes: readonly number[] | null, rank: number): number[] {
  const all = axes ?? Array.from({ length: rank }, (_, axis) => axis);
  return all.map((axis) => axisOf(axis, rank));
}

export const castTo: Op<'cast'> = {
  infer(inputs, { dtype }) {
    const { shape, known } = need(inputs, 0);
    const to = computeType(dtype);
    if (!to) throw new Misfit(`a cast to ${dtype}`);
    return {
      shape,
      dtype: to,
      known: known !== null && to === 'int32' ? Math.trunc(known) : known,
    };
  },
  channelsLast: (attributes) => ({ attributes, images: 'first', wanted: false }),
  compute: (inputs, _, { dtype }) => typed(need(inputs, 0), dtype),
};

export const constant: Op<'constant'> = {
  infer(_, { values, shape, dtype }) {
    const type = computeType(dtype);
    if (!type) throw new Misfit(`a constant of type ${dtype}`);
    if (values.length !== product(shape)) {
      throw new Misfit(`${values.length} numbers for a constant of shape ${show(shape)}`);
    }
    return { shape, dtype: type, known: shape.length === 0 ? (values[0] ?? null) : null };
  },
  compute: (_, { values, shape }, { dtype }) => tensor([...values], [...shape], dtype),
};

export const size: Op<'size'> = {
  infer(inputs, { axis }) {
    const { shape } = need(inputs, 0);
    return { shape: [], dtype: 'int32', known: sizeOf(shape, axisOf(axis, shape.length)) };
  },
  compute: (_inputs, _attributes, { known }) => scalar(known ?? 0, 'int32'),
};

export function typed(x: Tensor, dtype: ComputeType): Tensor {
  if (x.dtype === dtype) return x;
  // tfjs on wasm keeps the number itself for a truth value.
  return dtype === 'bool' ? notEqual(x, 0) : cast(x, dtype);
}
