import type { Dtype } from './dtype.ts';
import type { TensorInfo } from './tensor.ts';
import { widen } from './widen.ts';

/** How the elements of a dtype are written to a `.npy` file. */
export interface NpyTarget {
  /** As `numpy.dtype` reads it. */
  readonly descr: string;
  /** In NumPy's words. */
  readonly dtype: string;
  /** Bytes of an element in the file. */
  readonly size: number;
  /** `as-is`: the same bytes; `widened`: NumPy has no such type, and a wider one holds every value. */
  readonly how: 'as-is' | 'widened';
}

const AS_IS: Partial<Record<Dtype, readonly [descr: string, dtype: string]>> = {
  float64: ['<f8', 'float64'],
  float32: ['<f4', 'float32'],
  float16: ['<f2', 'float16'],
  int64: ['<i8', 'int64'],
  int32: ['<i4', 'int32'],
  int16: ['<i2', 'int16'],
  int8: ['|i1', 'int8'],
  uint64: ['<u8', 'uint64'],
  uint32: ['<u4', 'uint32'],
  uint16: ['<u2', 'uint16'],
  uint8: ['|u1', 'uint8'],
  bool: ['|b1', 'bool'],
  complex128: ['<c16', 'complex128'],
  complex64: ['<c8', 'complex64'],
  qint32: ['<i4', 'int32'],
  qint16: ['<i2', 'int16'],
  quint16: ['<u2', 'uint16'],
  qint8: ['|i1', 'int8'],
  quint8: ['|u1', 'uint8'],
};

/** Floats that NumPy does not have; float32 holds each of their values exactly. */
const WIDENED: ReadonlySet<Dtype> = new Set([
  'bfloat16',
  'float8_e4m3fn',
  'float8_e5m2',
  'float8_e4m3fnuz',
  'float8_e5m2fnuz',
  'float8_e4m3b11fnuz',
  'float8_e8m0fnu',
]);

/** `null`: the tensor has no stored elements, or such as NumPy has no plain type for. */
export function npyTarget({ dtype, kind }: Pick<TensorInfo, 'dtype' | 'kind'>): NpyTarget | null {
  if (kind === 'meta' || kind === 'object') return null;
  if (WIDENED.has(dtype)) return { descr: '<f4', dtype: 'float32', size: 4, how: 'widened' };
  const [descr, name] = AS_IS[dtype] ?? [];
  if (descr === undefined || name === undefined) return null;
  return { descr, dtype: name, size: Number(descr.slice(2)), how: 'as-is' };
}

/** Elements as a `.npy` file has them. */
export function npyElements(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: Dtype,
  { how }: NpyTarget,
): Uint8Array<ArrayBuffer> {
  const wide = how === 'widened' ? widen(bytes, dtype) : null;
  return wide ? new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength) : bytes;
}

/** Elements begin at a multiple of this. */
const ALIGNMENT = 64;
/** `93 N U M P Y` · version · length u16 */
const PREAMBLE = 10;

/**
 * What stands before the elements: magic number, version 1.0, and a Python dictionary in Latin letters,
 * filled up with spaces to a multiple of 64 bytes.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const size = Math.ceil((PREAMBLE + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const text = `${dictionary.padEnd(size - PREAMBLE - 1)}\n`;
  const header = new Uint8Array(size);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(header.buffer).setUint16(8, text.length, true);
  header.set(new TextEncoder().encode(text), PREAMBLE);
  return header;
}
