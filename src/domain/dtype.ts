/**
 * Bits per element of each element type as `read` gives it, named as NumPy and PyTorch name them.
 * 4- and 2-bit integers lie in a byte each, as in every framework's memory and files; only `float4_e2m1fn`
 * and the 6-bit floats are packed. 0: elements have no fixed size, or none that is stored.
 */
export const BITS = {
  float64: 64,
  float32: 32,
  float16: 16,
  bfloat16: 16,
  float8_e4m3fn: 8,
  float8_e5m2: 8,
  float8_e4m3fnuz: 8,
  float8_e5m2fnuz: 8,
  float8_e4m3b11fnuz: 8,
  float8_e8m0fnu: 8,
  float6_e2m3fn: 6,
  float6_e3m2fn: 6,
  float4_e2m1fn: 4,
  float4_e2m1fn_x2: 8,
  int64: 64,
  int32: 32,
  int16: 16,
  int8: 8,
  int4: 8,
  int2: 8,
  uint64: 64,
  uint32: 32,
  uint16: 16,
  uint8: 8,
  uint4: 8,
  uint2: 8,
  bool: 8,
  complex128: 128,
  complex64: 64,
  complex32: 32,
  qint8: 8,
  quint8: 8,
  qint16: 16,
  quint16: 16,
  qint32: 32,
  quint4x2: 8,
  quint2x4: 8,
  bits8: 8,
  bits16: 16,
  bits1x8: 8,
  bits2x4: 8,
  bits4x2: 8,
  string: 0,
  variant: 0,
  resource: 0,
} as const;

export type Dtype = keyof typeof BITS;

/** Bytes of `count` elements, rounded up to whole bytes. */
export function byteLength(dtype: Dtype, count: number): number {
  return Math.ceil((BITS[dtype] * count) / 8);
}
