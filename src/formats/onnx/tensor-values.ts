import { BITS, type Dtype } from '#domain/dtype.ts';
import { widen } from '#domain/widen.ts';
import { isFloat, isWhole, type Known, known, product } from '#formats/tensorflow-graph/values.ts';
import type { TensorMessage } from './graph-proto.ts';
import { DTYPES } from './types.ts';

/** Numbers up to this many are known while reading: shapes, axes, places, small tables. */
export const MAX_KNOWN = 4096;

/** A tensor of a node as it is in memory; `null` where it is none that can be computed with. */
export interface Held {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function heldOf(message: TensorMessage): Held | null {
  const dtype = DTYPES.get(message.type ?? 0);
  const shape = message.dims;
  if (!dtype || !isNumber(dtype) || message.location === 1) return null;
  const count = product(shape);
  const bytes = message.raw ? message.raw.slice() : LISTS[dtype]?.(message);
  return bytes && bytes.length === (count * BITS[dtype]) / 8 ? { dtype, shape, bytes } : null;
}

export function isNumber(dtype: Dtype): boolean {
  return dtype === 'bool' || ((isWhole(dtype) || isFloat(dtype)) && BITS[dtype] >= 8);
}

/** Exactly, as far as doubles go. */
export function knownOf({ dtype, shape, bytes }: Held): Known {
  return known(numbersOf(bytes, dtype), shape, dtype);
}

function numbersOf(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): number[] {
  const { buffer } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const own = bytes.byteOffset % 8 === 0 ? bytes.byteOffset : 0;
  const count = bytes.length / (BITS[dtype] / 8);
  if (dtype === 'int64') return Array.from(new BigInt64Array(buffer, own, count), Number);
  if (dtype === 'uint64') return Array.from(new BigUint64Array(buffer, own, count), Number);
  if (dtype === 'int32') return [...new Int32Array(buffer, own, count)];
  if (dtype === 'uint32') return [...new Uint32Array(buffer, own, count)];
  return [...(widen(bytes, dtype) ?? [])];
}

const bytesOf = ({ buffer }: { readonly buffer: ArrayBuffer }) => new Uint8Array(buffer);

const shorts = ({ ints }: TensorMessage) => bytesOf(Uint16Array.from(ints));
const single = ({ ints }: TensorMessage) => bytesOf(Uint8Array.from(ints));

/** The list of each type. */
const LISTS: { readonly [Type in Dtype]?: (message: TensorMessage) => Uint8Array<ArrayBuffer> } = {
  float32: ({ floats }) => bytesOf(Float32Array.from(floats)),
  float64: ({ doubles }) => bytesOf(Float64Array.from(doubles)),
  int64: ({ longs }) => bytesOf(BigInt64Array.from(longs, BigInt)),
  uint64: ({ unsigned }) => bytesOf(BigUint64Array.from(unsigned, BigInt)),
  uint32: ({ unsigned }) => bytesOf(Uint32Array.from(unsigned)),
  int32: ({ ints }) => bytesOf(Int32Array.from(ints)),
  int16: shorts,
  uint16: shorts,
  float16: shorts,
  bfloat16: shorts,
  int8: single,
  uint8: single,
  bool: single,
};
