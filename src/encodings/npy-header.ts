import type { Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';
import { type PythonLiteral, parsePythonLiteral } from './npy-literal.ts';

/** `0x93` NUMPY */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Magic, two bytes of version, and a length of four bytes at most. */
export const NPY_PREFIX = 12;

/** NumPy itself refuses more than 10 000 unless asked; records of many fields may be longer. */
const MAX_HEADER = 2 ** 20;

/** What an element is: a number, or a text of `width` bytes. */
type NpyElement =
  | { readonly kind: 'number'; readonly dtype: Dtype }
  /** UTF-32, padded with zeros. */
  | { readonly kind: 'unicode' }
  /** Bytes, padded with zeros. */
  | { readonly kind: 'bytes' }
  /** Anything that is not read, as NumPy names it; pickled objects are `unsafe`. */
  | { readonly kind: 'other'; readonly name: string; readonly unsafe: boolean };

export interface NpyHeader {
  readonly element: NpyElement;
  /** Bytes of one element. */
  readonly width: number;
  readonly bigEndian: boolean;
  /** Column-major: the first axis changes fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Byte at which the elements begin. */
  readonly start: number;
}

/**
 * Length of the header, from the first `NPY_PREFIX` bytes of a file:
 *
 *     magic · u8 major · u8 minor · u16 or u32 length · header
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyHeaderSpan(prefix: Uint8Array, place: Place): readonly [number, number] {
  const fail = failure(place);
  if (prefix.length < 10) {
    return fail({ kind: 'truncated', needed: 10, size: prefix.length });
  }
  if (MAGIC.some((byte, i) => prefix[i] !== byte)) {
    return fail({ kind: 'malformed', what: 'it does not begin as a .npy file' });
  }
  const major = prefix[6] ?? 0;
  if (major < 1 || major > 3) {
    return fail({ kind: 'unsupported', feature: `version ${major} of the .npy format` });
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (major > 1 && prefix.length < NPY_PREFIX) {
    return fail({ kind: 'truncated', needed: NPY_PREFIX, size: prefix.length });
  }
  const [start, length] =
    major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > MAX_HEADER) {
    return fail({ kind: 'too-large', what: 'header', size: length, limit: MAX_HEADER });
  }
  return [start, start + length];
}

/** Reads the header's text: a Python dictionary of `descr`, `fortran_order` and `shape`. */
export function parseNpyHeader(text: string, start: number, place: Place): NpyHeader {
  const fail = failure(place);
  const header = parsePythonLiteral(text, place);
  if (!(header instanceof Map))
    return fail({ kind: 'malformed', what: 'its header is no dictionary' });
  const shape = header.get('shape');
  const fortran = header.get('fortran_order');
  const isShape =
    Array.isArray(shape) && shape.every((size) => typeof size === 'number' && size >= 0);
  if (!isShape || typeof fortran !== 'boolean') {
    return fail({ kind: 'malformed', what: 'its header has no shape, or no order' });
  }
  const { element, width, bigEndian } = elementOf(header.get('descr'), fail);
  const sizes = shape.filter((size) => typeof size === 'number');
  const bytes = sizes.reduce((product, size) => product * size, width);
  if (!Number.isSafeInteger(bytes)) {
    const limit = Number.MAX_SAFE_INTEGER;
    return fail({ kind: 'too-large', what: 'array', size: bytes, limit });
  }
  return { element, width, bigEndian, fortran, shape: sizes, start };
}

const NUMBERS: Readonly<Record<string, Dtype>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
};

type Element = Pick<NpyHeader, 'element' | 'width' | 'bigEndian'>;

/** `<f4`: byte order, kind, bytes; text counts characters. */
function elementOf(descr: PythonLiteral | undefined, fail: (problem: Problem) => never): Element {
  const other = (name: string, unsafe = false): Element => ({
    element: { kind: 'other', name, unsafe },
    width: 0,
    bigEndian: false,
  });
  if (Array.isArray(descr)) return other('records');
  const parts = typeof descr === 'string' ? /^([<>|=])?([a-zA-Z])(\d*)(.*)$/.exec(descr) : null;
  if (!parts) return fail({ kind: 'malformed', what: 'its header has no element type' });
  const [name, order, kind = '', size = '', unit] = parts;
  const bigEndian = order === '>';
  if (kind === 'O') return other('Python objects', true);
  const dtype = unit === '' ? NUMBERS[kind + size] : undefined;
  if (dtype) return { element: { kind: 'number', dtype }, width: Number(size), bigEndian };
  if (kind === 'U') return { element: { kind: 'unicode' }, width: 4 * Number(size), bigEndian };
  if (kind === 'S' || kind === 'a') {
    return { element: { kind: 'bytes' }, width: Number(size), bigEndian: false };
  }
  return other(name);
}

function failure(place: Place) {
  return (problem: Problem): never => {
    throw new CheckpointError(problem, place);
  };
}
