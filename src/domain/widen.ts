import type { Dtype } from './dtype.ts';

type Elements = { readonly length: number; readonly [index: number]: number | bigint };

/**
 * The elements of a tensor as float32, whatever its dtype: the only one that every backend computes in.
 *
 * Exact for all types of at most 24 significant bits; `float64` and wide integers are rounded to nearest.
 *
 * @param bytes dense, little-endian; float32 that lies on a 4-byte boundary is not copied
 * @returns `null` for a dtype whose elements are no real numbers, or not stored as such
 * @see https://arxiv.org/abs/2209.05433 for float8, https://onnx.ai/onnx/technical/float8.html for `fnuz`
 */
export function widen(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: Dtype,
): Float32Array<ArrayBuffer> | null {
  switch (dtype) {
    case 'float32':
      return new Float32Array(...aligned(bytes, 4));
    case 'float16':
      halfTable ??= Float32Array.from({ length: 2 ** 16 }, (_, code) => halfToFloat(code));
      return looked(new Uint16Array(...aligned(bytes, 2)), halfTable);
    case 'bfloat16':
      return bfloat16(new Uint16Array(...aligned(bytes, 2)));
    case 'float64':
      return new Float32Array(new Float64Array(...aligned(bytes, 8)));
    case 'bool':
      return looked(bytes, TRUTH);
    default: {
      const small = EIGHT_BIT_FLOATS[dtype];
      return small ? looked(bytes, tableOf(small)) : integers(bytes, dtype);
    }
  }
}

/** Built when first needed: 256 kB, and far quicker than arithmetic on every element. */
let halfTable: Float32Array | undefined;

const TRUTH = Float32Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 0 : 1));

function looked(codes: Uint8Array | Uint16Array, table: Float32Array): Float32Array<ArrayBuffer> {
  const wide = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) wide[i] = table[codes[i] ?? 0] ?? 0;
  return wide;
}

function integers(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): Float32Array<ArrayBuffer> | null {
  const elements = integerView(bytes, dtype);
  if (!elements) return null;
  const wide = new Float32Array(elements.length);
  for (let i = 0; i < elements.length; i++) wide[i] = Number(elements[i]);
  return wide;
}

function integerView(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): Elements | null {
  switch (dtype) {
    case 'int64':
      return new BigInt64Array(...aligned(bytes, 8));
    case 'uint64':
      return new BigUint64Array(...aligned(bytes, 8));
    case 'int32':
      return new Int32Array(...aligned(bytes, 4));
    case 'uint32':
      return new Uint32Array(...aligned(bytes, 4));
    case 'int16':
      return new Int16Array(...aligned(bytes, 2));
    case 'uint16':
      return new Uint16Array(...aligned(bytes, 2));
    case 'int8':
      return new Int8Array(...aligned(bytes, 1));
    case 'uint8':
      return bytes;
    default:
      return null;
  }
}

/** What a typed array of `size` bytes per element needs, over a copy where the bytes lie askew. */
function aligned(bytes: Uint8Array<ArrayBuffer>, size: number): [ArrayBuffer, number, number] {
  const { buffer, byteOffset } = byteOffsetFits(bytes, size) ? bytes : bytes.slice();
  return [buffer, byteOffset, Math.floor(bytes.byteLength / size)];
}

const byteOffsetFits = ({ byteOffset }: Uint8Array, size: number) => byteOffset % size === 0;

/** sign 1 · exponent 5 · fraction 10 */
function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The upper half of a float32. */
function bfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

interface EightBitFloat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly bias: number;
  /** `ieee`: infinities and NaN; `fn`: one NaN and no infinity; `fnuz`: NaN stands for −0. */
  readonly special: 'ieee' | 'fn' | 'fnuz';
}

const EIGHT_BIT_FLOATS: Partial<Record<Dtype, EightBitFloat | 'powers'>> = {
  float8_e4m3fn: { exponentBits: 4, fractionBits: 3, bias: 7, special: 'fn' },
  float8_e5m2: { exponentBits: 5, fractionBits: 2, bias: 15, special: 'ieee' },
  float8_e4m3fnuz: { exponentBits: 4, fractionBits: 3, bias: 8, special: 'fnuz' },
  float8_e5m2fnuz: { exponentBits: 5, fractionBits: 2, bias: 16, special: 'fnuz' },
  float8_e4m3b11fnuz: { exponentBits: 4, fractionBits: 3, bias: 11, special: 'fnuz' },
  /** Powers of two from 2⁻¹²⁷ on, and NaN. */
  float8_e8m0fnu: 'powers',
};

function tableOf(kind: EightBitFloat | 'powers'): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => decode(code, kind));
}

function decode(code: number, kind: EightBitFloat | 'powers'): number {
  if (kind === 'powers') return code === 0xff ? Number.NaN : 2 ** (code - 127);
  const { exponentBits, fractionBits, bias, special } = kind;
  const sign = code & 0x80 ? -1 : 1;
  const topExponent = 2 ** exponentBits - 1;
  const exponent = (code >> fractionBits) & topExponent;
  const steps = 2 ** fractionBits;
  const fraction = code & (steps - 1);
  if (special === 'fnuz' && code === 0x80) return Number.NaN;
  if (special === 'fn' && (code & 0x7f) === 0x7f) return Number.NaN;
  if (special === 'ieee' && exponent === topExponent) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  if (exponent === 0) return sign * (fraction / steps) * 2 ** (1 - bias);
  return sign * (1 + fraction / steps) * 2 ** (exponent - bias);
}
