import { BITS, type Dtype } from '#domain/dtype.ts';
import { elementCount } from '#domain/tensor.ts';
import { latin1 } from '#encodings/pickle/text.ts';
import { Call, Global, type PickleValue } from '#encodings/pickle/values.ts';
import { byteCount, bytesOf, isList, listOf } from './inert.ts';

/** An array of NumPy, whose bytes stand in the pickle itself. */
export interface NumpyArray {
  readonly kind: 'array';
  /** `string` for text, `uint8` with another axis for what has no type of its own. */
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** `U3`, `S5`: characters of each element. */
  readonly text?: { readonly unit: 1 | 4; readonly length: number };
  readonly bigEndian: boolean;
  /** Bytes or text that `bytesOf` makes bytes of. */
  readonly data: PickleValue;
}

interface ElementType {
  readonly dtype: Dtype;
  readonly bigEndian: boolean;
  readonly text?: { readonly unit: 1 | 4; readonly length: number };
}

const KINDS: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint', c: 'complex' };

/** @see https://numpy.org/doc/stable/reference/arrays.dtypes.html#specifying-and-constructing-data-types */
function elementType(value: PickleValue | undefined): ElementType | undefined {
  if (!(value instanceof Call)) return undefined;
  const code = value.path === 'numpy.dtype' ? value.args[0] : '';
  const state = isList(value.state) ? value.state : [];
  const bigEndian = state[1] === '>';
  if (code instanceof Global) return named(code.name, bigEndian);
  if (typeof code !== 'string') return undefined;
  const [, kind = '', size = ''] = /^[<>|=]?([a-zA-Z])(\d+)$/.exec(code) ?? [];
  if (kind === 'b' && size === '1') return { dtype: 'bool', bigEndian };
  if (kind === 'U' || kind === 'S') {
    return { dtype: 'string', bigEndian, text: { unit: kind === 'U' ? 4 : 1, length: +size } };
  }
  // Dates and durations are counts of their unit.
  if (kind === 'M' || kind === 'm') return { dtype: 'int64', bigEndian };
  return named(`${KINDS[kind] ?? '?'}${8 * +size}`, bigEndian);
}

function named(name: string, bigEndian: boolean): ElementType | undefined {
  return Object.hasOwn(BITS, name) ? { dtype: name as Dtype, bigEndian } : undefined;
}

/** The array that a call would make, if it is one whose elements are numbers or text. */
export function numpyArray(call: Call): NumpyArray | undefined {
  const { path, args, state } = call;
  if (/^numpy\._?core\.multiarray\._reconstruct$/.test(path) && isList(state)) {
    // `(version, shape, dtype, Fortran order, bytes)`
    const [, shape, dtype, fortran, data] = state;
    return array(elementType(dtype), shape, fortran === true, data);
  }
  if (/^numpy\._?core\.numeric\._frombuffer$/.test(path)) {
    const [data, dtype, shape, order] = args;
    return array(elementType(dtype), shape, order === 'F', data);
  }
  return undefined;
}

function array(
  type: ElementType | undefined,
  size: PickleValue | undefined,
  fortran: boolean,
  data: PickleValue | undefined,
): NumpyArray | undefined {
  const shape = listOf(size);
  if (!type || data === undefined || !shape?.every(isCount)) return undefined;
  const array: NumpyArray = { kind: 'array', ...type, shape, fortran, data };
  return byteCount(data) === elementCount(shape) * elementWidth(array) ? array : undefined;
}

/** Bytes of one element. */
export function elementWidth({ dtype, text }: Pick<NumpyArray, 'dtype' | 'text'>): number {
  return text ? text.unit * text.length : BITS[dtype] / 8;
}

/** The number, flag or text that `numpy.core.multiarray.scalar` would make. */
export function numpyScalar({ path, args }: Call): number | bigint | boolean | string | undefined {
  if (!/^numpy\._?core\.multiarray\.scalar$/.test(path)) return undefined;
  const type = elementType(args[0]);
  const bytes = bytesOf(args[1]);
  if (!type || bytes?.length !== elementWidth(type)) return undefined;
  if (type.text) return decodeText(bytes, type.text.unit, type.bigEndian);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return READERS[type.dtype]?.(view, !type.bigEndian);
}

type Reader = (view: DataView, little: boolean) => number | bigint | boolean;

const READERS: Readonly<Partial<Record<Dtype, Reader>>> = {
  float64: (view, little) => view.getFloat64(0, little),
  float32: (view, little) => view.getFloat32(0, little),
  float16: (view, little) => half(view.getUint16(0, little)),
  int64: (view, little) => narrow(view.getBigInt64(0, little)),
  uint64: (view, little) => narrow(view.getBigUint64(0, little)),
  int32: (view, little) => view.getInt32(0, little),
  uint32: (view, little) => view.getUint32(0, little),
  int16: (view, little) => view.getInt16(0, little),
  uint16: (view, little) => view.getUint16(0, little),
  int8: (view) => view.getInt8(0),
  uint8: (view) => view.getUint8(0),
  bool: (view) => view.getUint8(0) !== 0,
};

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** One element of a text array, without the NULs that fill it up. */
export function decodeText(bytes: Uint8Array, unit: 1 | 4, bigEndian: boolean): string {
  if (unit === 1) return latin1(bytes).replace(/\0+$/, '');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, !bigEndian);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return text.replace(/\0+$/, '');
}

function isCount(value: PickleValue): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
