import type { Dtype } from '#domain/dtype.ts';
import { widen } from '#domain/widen.ts';
import type { Numbers } from './column.ts';

/**
 * Elements as numbers: float32 where that has all of them, or `exact` is not asked for; else float64.
 *
 * @param bytes dense, little-endian
 * @returns `null` for a dtype whose elements are no real numbers
 */
export function numbersOf(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: Dtype,
  exact: boolean,
): Numbers | null {
  return (exact && wideNumbers(bytes, dtype)) || widen(bytes, dtype);
}

function wideNumbers(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: Dtype,
): Float64Array<ArrayBuffer> | null {
  const { buffer } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const start = bytes.byteOffset % 8 === 0 ? bytes.byteOffset : 0;
  const wide = WIDE[dtype];
  return wide ? wide(buffer, start, bytes.length) : null;
}

type Widen = (buffer: ArrayBuffer, start: number, length: number) => Float64Array<ArrayBuffer>;

/** Types that float32 does not have all numbers of. */
const WIDE: Readonly<Partial<Record<Dtype, Widen>>> = {
  float64: (buffer, start, length) => new Float64Array(buffer, start, length / 8),
  int64: (buffer, start, length) =>
    Float64Array.from(new BigInt64Array(buffer, start, length / 8), Number),
  uint64: (buffer, start, length) =>
    Float64Array.from(new BigUint64Array(buffer, start, length / 8), Number),
  int32: (buffer, start, length) => Float64Array.from(new Int32Array(buffer, start, length / 4)),
  uint32: (buffer, start, length) => Float64Array.from(new Uint32Array(buffer, start, length / 4)),
};

/** Whether elements of a dtype can become numbers at all. */
export function isNumeric(dtype: Dtype): boolean {
  return widen(new Uint8Array(), dtype) !== null;
}
