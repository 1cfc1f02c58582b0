import type { Dtype } from './dtype.ts';
import { widen } from './widen.ts';

/** Real numbers, exact where a float64 can be. */
export type Reals = Float64Array | Float32Array | Int32Array | Uint32Array;

/**
 * The elements of a tensor as numbers, whatever its dtype: exact for all but integers past 2⁵³. Of
 * quantized ones, the stored integers.
 *
 * @param bytes dense, little-endian
 * @returns `null` for a dtype whose elements are no real numbers
 */
export function realsOf(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): Reals | null {
  switch (dtype) {
    case 'float64':
      return new Float64Array(aligned(bytes, 8));
    case 'int32':
    case 'qint32':
      return new Int32Array(aligned(bytes, 4));
    case 'uint32':
      return new Uint32Array(aligned(bytes, 4));
    case 'int64':
      return Float64Array.from(new BigInt64Array(aligned(bytes, 8)), Number);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(aligned(bytes, 8)), Number);
    case 'int4':
    case 'int2':
      return Int32Array.from(bytes, (byte) => signed(byte, dtype === 'int4' ? 4 : 2));
    case 'uint4':
    case 'uint2':
      return Int32Array.from(bytes, (byte) => byte & (dtype === 'uint4' ? 15 : 3));
    case 'qint8':
      return Int32Array.from(new Int8Array(aligned(bytes, 1)));
    case 'quint8':
      return Int32Array.from(bytes);
    case 'qint16':
      return Int32Array.from(new Int16Array(aligned(bytes, 2)));
    case 'quint16':
      return Int32Array.from(new Uint16Array(aligned(bytes, 2)));
    default:
      return widen(bytes, dtype);
  }
}

/** The lowest bits of a byte in two's complement. */
function signed(byte: number, bits: number): number {
  return (byte << (32 - bits)) >> (32 - bits);
}

/** A copy that begins at a multiple of anything, without a rest. */
function aligned(bytes: Uint8Array<ArrayBuffer>, size: number): ArrayBuffer {
  const length = bytes.length - (bytes.length % size);
  const whole = bytes.byteOffset === 0 && length === bytes.buffer.byteLength;
  return whole ? bytes.buffer : bytes.slice(0, length).buffer;
}
