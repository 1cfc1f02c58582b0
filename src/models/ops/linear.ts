import {
  add,
  broadcastTo,
  cast,
  concat,
  getBackend,
  matMul,
  reshape,
  slice,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs';
import { broadcast, float, Misfit, need, type Op, product, show, sizeOf } from './op.ts';

export const linear: Op<'linear'> = {
  infer(inputs, { weight }) {
    const { shape } = need(inputs, 0);
    const matrix = need(inputs, 1).shape;
    const [wanted, out] = weight === 'OI' ? [matrix[1], matrix[0]] : matrix;
    const features = shape.at(-1);
    if (matrix.length !== 2 || wanted === undefined || out === undefined) {
      throw new Misfit(`a weight of shape ${show(matrix)} is no matrix`);
    }
    if (features !== wanted) {
      throw new Misfit(
        `it takes ${wanted} features, its input ${show(shape)} has ${features ?? 0}`,
      );
    }
    checkBias(inputs[2]?.shape, out);
    return float([...shape.slice(0, -1), out]);
  },
  prepare: (matrix, { weight }) => (weight === 'OI' ? transpose(matrix, [1, 0]) : matrix),
  compute(inputs, _, { shape }) {
    const x = toFloat(need(inputs, 0));
    const rows = reshape(x, [-1, sizeOf(x.shape, x.rank - 1)]);
    // Not `fused.matMul`: on wasm it adds wrong biases to a product with a transposed matrix.
    const out = matMul(rows, need(inputs, 1));
    return reshape(inputs[2] ? add(out, inputs[2]) : out, [...shape]);
  },
};

export const matmul: Op<'matmul'> = {
  infer(inputs) {
    const a = need(inputs, 0).shape;
    const b = need(inputs, 1).shape;
    const [rows, inner] = a.length === 1 ? [1, a[0]] : a.slice(-2);
    const [outer, columns] = b.length === 1 ? [b[0], 1] : b.slice(-2);
    if (inner === undefined || inner !== outer) throw new Misfit(`${show(a)} × ${show(b)}`);
    const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
    return float([
      ...batch,
      ...(a.length === 1 ? [] : [rows ?? 1]),
      ...(b.length === 1 ? [] : [columns ?? 1]),
    ]);
  },
  compute(inputs, _, { shape }) {
    const a = matrixOf(need(inputs, 0), 'row');
    const b = matrixOf(need(inputs, 1), 'column');
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return reshape(multiply(spread(a, batch), spread(b, batch)), [...shape]);
  },
};

/** Multiplications of a pair of matrices above which it is worth a call of its own. */
const PAIR = 2 ** 15;

/** On wasm only a single product has a fast kernel: measured, it is up to 14 times as fast. */
function multiply(a: Tensor, b: Tensor): Tensor {
  const pairs = product(a.shape.slice(0, -2));
  const [rows = 0, inner = 0] = a.shape.slice(-2);
  const columns = b.shape.at(-1) ?? 0;
  if (getBackend() !== 'wasm' || pairs === 1 || rows * inner * columns < PAIR) return matMul(a, b);
  const [all, others] = [reshape(a, [pairs, rows, inner]), reshape(b, [pairs, inner, columns])];
  const products = Array.from({ length: pairs }, (_, pair) =>
    matMul(
      slice(all, [pair, 0, 0], [1, rows, inner]),
      slice(others, [pair, 0, 0], [1, inner, columns]),
    ),
  );
  return reshape(concat(products, 0), [...a.shape.slice(0, -1), columns]);
}

/** A vector as the matrix that NumPy takes it for. */
function matrixOf(x: Tensor, vector: 'row' | 'column'): Tensor {
  const values = toFloat(x);
  if (values.rank > 1) return values;
  return reshape(values, vector === 'row' ? [1, -1] : [-1, 1]);
}

/** Repeated over the batch axes it lacks: not every backend broadcasts them. */
function spread(x: Tensor, batch: readonly number[]): Tensor {
  const own = x.shape.slice(0, -2);
  if (product(own) === product(batch)) return reshape(x, [...batch, ...x.shape.slice(-2)]);
  return broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
}

export function checkBias(bias: readonly number[] | undefined, out: number): void {
  if (bias && (bias.length !== 1 || bias[0] !== out)) {
    throw new Misfit(`a bias of shape ${show(bias)} for ${out} outputs`);
  }
}

export function toFloat(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x : cast(x, 'float32');
}
