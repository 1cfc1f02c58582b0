import { BITS, type Dtype } from '#domain/dtype.ts';

/** `TensorProto.DataType`. @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const DTYPES: ReadonlyMap<number, Dtype> = new Map([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [14, 'complex64'],
  [15, 'complex128'],
  [16, 'bfloat16'],
  [17, 'float8_e4m3fn'],
  [18, 'float8_e4m3fnuz'],
  [19, 'float8_e5m2'],
  [20, 'float8_e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4_e2m1fn'],
  [24, 'float8_e8m0fnu'],
  [25, 'uint2'],
  [26, 'int2'],
]);

/** Elements that `raw_data` packs into each byte, the first in the lowest bits; 1 where it does not. */
export function packed(dtype: Dtype): number {
  if (dtype === 'int4' || dtype === 'uint4') return 2;
  return dtype === 'int2' || dtype === 'uint2' ? 4 : 1;
}

/** Bytes that so many elements take in `raw_data` and in files beside. */
export function rawBytes(dtype: Dtype, count: number): number {
  return Math.ceil((count * BITS[dtype]) / packed(dtype) / 8);
}

/** Elements `[from, to)` of packed integers, a byte each; negative ones with their sign. */
export function unpack(
  bytes: Uint8Array,
  dtype: Dtype,
  from: number,
  to: number,
): Uint8Array<ArrayBuffer> {
  const each = packed(dtype);
  const bits = 8 / each;
  const shift = dtype.startsWith('int') ? 32 - bits : 0;
  const out = new Uint8Array(to - from);
  for (let i = from; i < to; i++) {
    const field = ((bytes[Math.floor(i / each)] ?? 0) >> ((i % each) * bits)) & (2 ** bits - 1);
    out[i - from] = shift === 0 ? field : (field << shift) >> shift;
  }
  return out;
}
