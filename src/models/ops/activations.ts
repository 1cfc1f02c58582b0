import {
  abs,
  add,
  ceil,
  cos,
  div,
  equal,
  erf,
  exp,
  expm1,
  fill,
  floor,
  getBackend,
  greaterEqual,
  isFinite as isFiniteOf,
  isInf,
  isNaN as isNaNOf,
  less,
  log,
  log1p,
  logicalNot,
  logSigmoid,
  max,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  notEqual,
  reciprocal,
  relu,
  reshape,
  round,
  rsqrt,
  selu,
  sigmoid,
  sign,
  sin,
  softmax as softmaxOfLast,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from '@tensorflow/tfjs';
import type { UnaryName } from '#domain/graph.ts';
import { keepNaN } from './keep-nan.ts';
import { toFloat } from './linear.ts';
import {
  axisOf,
  broadcast,
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
import { isFiniteThroughout } from './readable.ts';
import { pick } from './wide.ts';

export const unary: Op<'unary'> = {
  infer(inputs, { name }) {
    const { shape, dtype } = need(inputs, 0);
    if (TRUTHS.has(name)) return { shape, dtype: 'bool', known: null };
    return { shape, dtype: KEEPS_INTEGERS.has(name) ? dtype : 'float32', known: null };
  },
  channelsLast: elementwise,
  compute(inputs, { name }) {
    return apply(name, need(inputs, 0));
  },
};

/** A function of one number, of every element. */
export function apply(name: UnaryName, x: Tensor): Tensor {
  if (name === 'not') return logicalNot(x.dtype === 'bool' ? x : notEqual(x, 0));
  const keeps = KEEPS_INTEGERS.has(name);
  // Whole numbers are whole as they are.
  if (keeps && x.dtype !== 'float32' && WHOLE.has(name)) return x;
  return FUNCTIONS[name](keeps ? x : toFloat(x));
}

const WHOLE: ReadonlySet<UnaryName> = new Set(['floor', 'ceil', 'round']);

const KEEPS_INTEGERS: ReadonlySet<UnaryName> = new Set([
  'relu',
  'neg',
  'abs',
  'square',
  'sign',
  ...WHOLE,
]);

const TRUTHS: ReadonlySet<UnaryName> = new Set(['not', 'is_nan', 'is_inf', 'is_finite']);

/** Each with the formula of PyTorch's and Keras' own documentation; products with `x` keep NaN by themselves. */
const FUNCTIONS: { readonly [Name in Exclude<UnaryName, 'not'>]: (x: Tensor) => Tensor } = {
  relu,
  relu6: (x) => minimum(relu(x), 6),
  gelu: (x) =>
    getBackend() === 'wasm' && isFiniteThroughout(x)
      ? geluOfFinite(x)
      : mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
  // (1 + tanh(z)) / 2 is sigmoid(2z), which is faster, and exact far below zero.
  gelu_tanh: (x) =>
    mul(x, sigmoid(mul(mul(x, add(mul(square(x), 0.044715), 1)), Math.sqrt(8 / Math.PI)))),
  silu: (x) => mul(x, sigmoid(x)),
  sigmoid: (x) => keepNaN(x, sigmoid(x)),
  hard_sigmoid: (x) => div(minimum(relu(add(x, 3)), 6), 6),
  hard_sigmoid_keras2: (x) => minimum(relu(add(mul(x, 0.2), 0.5)), 1),
  hard_swish: (x) => mul(x, div(minimum(relu(add(x, 3)), 6), 6)),
  tanh: (x) => keepNaN(x, tanh(x)),
  softplus: (x) => keepNaN(x, softplus(x)),
  softsign: (x) => div(x, add(abs(x), 1)),
  selu: (x) => keepNaN(x, selu(x)),
  mish: (x) => mul(x, tanh(softplus(x))),
  exp: exponential,
  log: logarithm,
  sqrt: (x) => keepNaN(x, sqrt(x)),
  rsqrt: (x) => keepNaN(x, rsqrt(x)),
  neg,
  abs,
  square,
  erf: (x) => keepNaN(x, erf(x)),
  sin: (x) => (getBackend() === 'webgpu' ? sine(x, 0) : sin(x)),
  cos: (x) => (getBackend() === 'webgpu' ? sine(x, 1) : cos(x)),
  floor: (x) => keepNaN(x, floor(x)),
  ceil: (x) => keepNaN(x, ceil(x)),
  round: (x) => keepNaN(x, round(x)),
  // The other backends make 0 of it.
  sign: (x) => pick(isNaNOf(toFloat(x)), x, sign(x)),
  reciprocal,
  log1p: (x) => (getBackend() === 'webgpu' ? log1pExact(x) : log1p(x)),
  expm1: (x) => keepNaN(x, expm1(x)),
  log_sigmoid: (x) => keepNaN(x, logSigmoid(x)),
  is_nan: isNaNOf,
  is_inf: isInf,
  is_finite: isFiniteOf,
};

function exponential(x: Tensor): Tensor {
  return keepNaN(x, exp(x));
}

/** As its own kernel, but for −1 and below, of which WGSL may make any number. */
function log1pExact(x: Tensor): Tensor {
  const out = keepNaN(x, log1p(x));
  const least = pick(equal(x, -1), fill(x.shape, Number.NEGATIVE_INFINITY), out);
  return pick(less(x, -1), fill(x.shape, Number.NaN), least);
}

/** π/2 in three parts, so that what is taken away of a large number leaves no rounding behind. */
const HALF_PI = [1.5703125, 4.837512969970703e-4, 7.549789948768648e-8] as const;

/**
 * sin(x + quarters · π/2). WGSL's own is only good to 2⁻¹¹; this one is exact to float32 for what a network
 * computes with, as positions times frequencies are.
 *
 * @see https://www.netlib.org/cephes/ `sinf.c`, `cosf.c`, whose polynomials these are
 */
function sine(x: Tensor, quarters: 0 | 1): Tensor {
  const turns = round(mul(x, 2 / Math.PI));
  const rest = HALF_PI.reduce<Tensor>((left, piece) => sub(left, mul(turns, piece)), x);
  const square2 = square(rest);
  const odd = add(
    rest,
    mul(
      mul(rest, square2),
      polynomial(square2, [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4]),
    ),
  );
  const even = add(
    sub(1, mul(square2, 0.5)),
    mul(
      square(square2),
      polynomial(square2, [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5]),
    ),
  );
  const quarter = mod(add(turns, quarters), 4);
  const half = mod(quarter, 2);
  const value = pick(equal(half, 1), even, odd);
  const signed = pick(greaterEqual(quarter, 2), neg(value), value);
  return pick(isFiniteOf(x), signed, fill(x.shape, Number.NaN));
}

/** `c₀ + c₁ x + c₂ x² …` */
function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  return coefficients.reduceRight<Tensor>(
    (sum, coefficient) => add(mul(sum, x), coefficient),
    fill(x.shape, 0),
  );
}

/** 1 / (1 + 0.3275911 z) to the powers 1 to 5. */
const COMPLEMENT = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429] as const;

/**
 * max(x, 0) − |x| · erfc(|x| / √2) / 2, for which wasm has vector instructions; its `erf` is computed number
 * by number, as is `exp`, in place of which stands sigmoid(−z) / sigmoid(z). Good to 1.5e-7, as `erf` is.
 *
 * @see https://personal.math.ubc.ca/~cbm/aands/page_299.htm 7.1.26
 */
function geluOfFinite(x: Tensor): Tensor {
  const size = abs(x);
  const part = reciprocal(add(mul(size, 0.3275911 * Math.SQRT1_2), 1));
  const small = sigmoid(mul(square(x), -0.5));
  const power = div(small, sub(1, small));
  const complement = mul(mul(polynomial(part, COMPLEMENT), part), power);
  return sub(relu(x), mul(mul(size, 0.5), complement));
}

/** WGSL lets the logarithm of 0 be any number. */
function logarithm(x: Tensor): Tensor {
  const out = keepNaN(x, log(x));
  if (getBackend() !== 'webgpu') return out;
  return pick(equal(x, 0), fill(x.shape, Number.NEGATIVE_INFINITY), out);
}

export const leakyRelu: Op<'leaky_relu'> = {
  infer: floatOfSameShape,
  channelsLast: elementwise,
  compute: (inputs, { alpha }) => bent(toFloat(need(inputs, 0)), alpha),
};

/** tfjs' own leaky and parametric ReLU give NaN for ∞ on WebGPU. */
function bent(x: Tensor, slope: Tensor | number): Tensor {
  return sub(relu(x), mul(relu(neg(x)), slope));
}

export const elu: Op<'elu'> = {
  infer: floatOfSameShape,
  channelsLast: elementwise,
  compute(inputs, { alpha }) {
    const x = toFloat(need(inputs, 0));
    return add(relu(x), mul(sub(exp(neg(relu(neg(x)))), 1), alpha));
  },
};

/** The slope is one number, one per channel on `axis`, or broadcast as Keras' shared axes have it. */
export const prelu: Op<'prelu'> = {
  infer(inputs, { axis }) {
    const { shape } = need(inputs, 0);
    const slope = slopeShape(shape, need(inputs, 1).shape, axis);
    if (broadcast(shape, slope).length !== shape.length) {
      throw new Misfit(`slopes of shape ${show(slope)} for ${show(shape)}`);
    }
    return float(shape);
  },
  channelsLast(attributes, inputs) {
    const [x, slope] = [need(inputs, 0), need(inputs, 1)];
    if (slope.shape.length > 1) return null;
    const axis = toLast(attributes.axis, x.shape.length);
    return { attributes: { axis }, images: 'first', wanted: false };
  },
  compute(inputs, { axis }) {
    const x = toFloat(need(inputs, 0));
    const slope = need(inputs, 1);
    return bent(x, reshape(slope, slopeShape(x.shape, slope.shape, axis)));
  },
};

function slopeShape(shape: readonly number[], slope: readonly number[], axis: number): number[] {
  if (product(slope) === 1) return shape.map(() => 1);
  if (slope.length > 1) return [...slope];
  const at = axisOf(axis, shape.length);
  if (slope[0] !== sizeOf(shape, at)) {
    throw new Misfit(`${slope[0] ?? 0} slopes for ${sizeOf(shape, at)} channels`);
  }
  return shape.map((size, other) => (other === at ? size : 1));
}

export const clamp: Op<'clamp'> = {
  infer(inputs) {
    const { shape, dtype } = need(inputs, 0);
    return { shape, dtype, known: null };
  },
  channelsLast: elementwise,
  compute(inputs, { min, max: highest }) {
    // Not `clipByValue`, which loses NaN on wasm.
    const x = need(inputs, 0);
    const above = min === null ? x : maximum(x, min);
    return highest === null ? above : minimum(above, highest);
  },
};

/** tfjs' own takes the last axis only, is the fastest on wasm, and on WebGPU gives clean numbers for a row with NaN. */
export const softmax: Op<'softmax'> = {
  infer: alongAxis,
  compute(inputs, { axis }) {
    const x = toFloat(need(inputs, 0));
    if (getBackend() === 'wasm' && axisOf(axis, x.rank) === x.rank - 1) return softmaxOfLast(x);
    const powers = exponential(sub(x, max(x, axis, true)));
    return div(powers, sum(powers, axis, true));
  },
};

export const logSoftmax: Op<'log_softmax'> = {
  infer: alongAxis,
  compute(inputs, { axis }) {
    const x = toFloat(need(inputs, 0));
    const shifted = sub(x, max(x, axis, true));
    return sub(shifted, log(sum(exp(shifted), axis, true)));
  },
};

function alongAxis(inputs: Inputs<Spec>, { axis }: { readonly axis: number }): Spec {
  const { shape } = need(inputs, 0);
  axisOf(axis, shape.length);
  return float(shape);
}

function floatOfSameShape(inputs: Inputs<Spec>): Spec {
  return float(need(inputs, 0).shape);
}

function elementwise<Attributes>(attributes: Attributes) {
  return { attributes, images: 'first', wanted: false } as const;
}
