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
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer, start, bytes.length / 8);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, start, bytes.length / 8), Number);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, start, bytes.length / 8), Number);
    case 'int32':
      return Float64Array.from(new Int32Array(buffer, start, bytes.length / 4));
    case 'uint32':
      return Float64Array.from(new Uint32Array(buffer, start, bytes.length / 4));
    default:
      return null;
  }
}

/** Whether elements of a dtype can become numbers at all. */
export function isNumeric(dtype: Dtype): boolean {
  return widen(new Uint8Array(), dtype) !== null;
}
