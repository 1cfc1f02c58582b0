import { BITS, type Dtype } from '#domain/dtype.ts';
import type { GraphConstant } from '#domain/graph.ts';
import { widen } from '#domain/widen.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import type { TensorMessage } from './graph-proto.ts';
import { isFloat, isWhole, product } from './values.ts';

/** Constants up to this many elements are known while reading: shapes, axes, small tables. */
const MAX_KNOWN = 1024;

/** One number can stand for many: none that a graph writes so stands for more. */
const MAX_FILLED = 2 ** 26;

/** A constant as a graph holds it; `values` where it is small enough to be known while reading. */
export interface ConstantTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly values: readonly number[] | null;
  /** Row-major, little-endian: `null` for small ones. */
  readonly constant: GraphConstant | null;
}

/**
 * A `TensorProto` in any of its encodings: raw bytes, or a list of numbers whose last one fills the rest.
 * `null` for texts and resources, and for what does not fit its shape.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
 */
export function constantOf(message: TensorMessage): ConstantTensor | null {
  const dtype = dtypeOf(message.dtype ?? 0);
  if (!dtype || !(dtype === 'bool' || isWhole(dtype) || isFloat(dtype))) return null;
  const shape = message.shape?.dims.map(({ size = 0 }) => size) ?? [];
  const count = product(shape);
  const { content } = message;
  if (content && content.length > 0) {
    if (content.length !== (count * BITS[dtype]) / 8) return null;
    return fromBytes({ dtype, shape, bytes: content.slice() }, count);
  }
  const listed = listOf(message, dtype);
  if (listed.length > count || count > MAX_FILLED) return null;
  const last = listed.at(-1) ?? 0;
  if (count > MAX_KNOWN) return filled({ dtype, shape }, listed, last);
  const values = Array.from({ length: count }, (_, i) => listed[i] ?? last);
  return { dtype, shape, values, constant: null };
}

function fromBytes(constant: GraphConstant, count: number): ConstantTensor | null {
  const { dtype, shape, bytes } = constant;
  if (count > MAX_KNOWN) return { dtype, shape, values: null, constant };
  const values = isWhole(dtype) ? wholeNumbers(bytes, dtype) : [...(widen(bytes, dtype) ?? [])];
  return values && { dtype, shape, values, constant: null };
}

function filled(
  { dtype, shape }: Pick<GraphConstant, 'dtype' | 'shape'>,
  listed: readonly number[],
  last: number,
): ConstantTensor {
  const kind = dtype === 'bool' ? 'bool' : isWhole(dtype) ? 'int32' : 'float32';
  const elements = new ARRAYS[kind](product(shape)).fill(last);
  for (const [i, value] of listed.entries()) elements[i] = value;
  const bytes = new Uint8Array(elements.buffer);
  return { dtype: kind, shape, values: null, constant: { dtype: kind, shape, bytes } };
}

const ARRAYS = { bool: Uint8Array, int32: Int32Array, float32: Float32Array } as const;

function listOf(message: TensorMessage, dtype: Dtype): readonly number[] {
  if (dtype === 'float16' || dtype === 'bfloat16') {
    const bits = Uint16Array.from(message.halves);
    return [...(widen(new Uint8Array(bits.buffer), dtype) ?? [])];
  }
  if (dtype === 'bool') return message.bools.map(Number);
  if (dtype === 'float32') return message.floats;
  if (dtype === 'float64') return message.doubles;
  if (dtype === 'int64') return message.longs;
  return dtype === 'uint32' || dtype === 'uint64' ? message.unsigned : message.ints;
}

/** Exactly, as far as doubles go: lengths and places are int64 at times. */
function wholeNumbers(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): number[] | null {
  if (dtype === 'int64') return Array.from(new BigInt64Array(bytes.buffer), Number);
  if (dtype === 'uint64') return Array.from(new BigUint64Array(bytes.buffer), Number);
  if (dtype === 'int32') return [...new Int32Array(bytes.buffer)];
  if (dtype === 'uint32') return [...new Uint32Array(bytes.buffer)];
  // narrower ones are exact as floats
  const values = widen(bytes, dtype);
  return values && [...values];
}
