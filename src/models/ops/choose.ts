import {
  broadcastTo,
  cast,
  equal,
  fill as fillWith,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  notEqual,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs';
import type { CompareName } from '#domain/graph.ts';
import { typed } from './arithmetic.ts';
import { broadcast, computeType, type Inputs, Misfit, need, type Op, type Spec } from './op.ts';
import { pick } from './wide.ts';

/** tfjs compares arrays of one type. */
export const compare: Op<'compare'> = {
  infer: truths,
  compute(inputs, { name }) {
    const [a, b] = [need(inputs, 0), need(inputs, 1)];
    const type = a.dtype === 'float32' || b.dtype === 'float32' ? 'float32' : 'int32';
    return COMPARISONS[name](number(a, type), number(b, type));
  },
};

const COMPARISONS: { readonly [Name in CompareName]: (a: Tensor, b: Tensor) => Tensor } = {
  eq: equal,
  ne: notEqual,
  lt: less,
  le: lessEqual,
  gt: greater,
  ge: greaterEqual,
};

function number(x: Tensor, type: 'float32' | 'int32'): Tensor {
  return x.dtype === type ? x : cast(x, type);
}

export const logical: Op<'logical'> = {
  infer: truths,
  compute(inputs, { name }) {
    return LOGIC[name](typed(need(inputs, 0), 'bool'), typed(need(inputs, 1), 'bool'));
  },
};

const LOGIC = {
  and: logicalAnd,
  or: logicalOr,
  // WebGPU has no kernel of its own.
  xor: (a: Tensor, b: Tensor) => logicalXor(a, b),
} as const;

function truths(inputs: Inputs<Spec>): Spec {
  const shape = broadcast(need(inputs, 0).shape, need(inputs, 1).shape);
  return { shape, dtype: 'bool', known: null };
}

export const where: Op<'where'> = {
  infer(inputs) {
    const [condition, a, b] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)];
    const types = [a.dtype, b.dtype];
    const dtype = types.includes('float32')
      ? 'float32'
      : types.includes('int32')
        ? 'int32'
        : 'bool';
    const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
    return { shape, dtype, known: null };
  },
  compute(inputs, _, { dtype, shape }) {
    const spread = (x: Tensor) => (sameShape(x.shape, shape) ? x : broadcastTo(x, [...shape]));
    const condition = spread(typed(need(inputs, 0), 'bool'));
    return pick(
      condition,
      spread(typed(need(inputs, 1), dtype)),
      spread(typed(need(inputs, 2), dtype)),
    );
  },
};

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export const fill: Op<'fill'> = {
  infer(_, { shape, value, dtype }, resolve) {
    const type = computeType(dtype);
    if (!type) throw new Misfit(`numbers of type ${dtype}`);
    const to = shape.map(resolve);
    return { shape: to, dtype: type, known: to.length === 0 ? value : null };
  },
  compute: (_, { value }, { shape, dtype }) => typed(fillWith([...shape], value), dtype),
};

/** More than one could ask for by mistake. */
const LONGEST = 2 ** 24;

export const range: Op<'range'> = {
  infer(_, { from, to, step, dtype }, resolve) {
    const type = computeType(dtype);
    if (!type) throw new Misfit(`numbers of type ${dtype}`);
    const length = Math.max(0, Math.ceil((resolve(to) - from) / step));
    if (!(length <= LONGEST)) throw new Misfit(`a range of ${length} numbers`);
    return { shape: [length], dtype: type, known: null };
  },
  compute(_, { from, step }, { shape, dtype }) {
    const numbers = Array.from({ length: shape[0] ?? 0 }, (_element, i) => from + i * step);
    return tensor(numbers, [...shape], dtype);
  },
};
