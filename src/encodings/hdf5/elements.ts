import type { Dtype } from '#domain/dtype.ts';
import type { Hdf5Type } from './datatype.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The element type as frameworks name it; `null` for one that has no such name. */
export function dtypeOf(type: Hdf5Type): Dtype | null {
  switch (type.kind) {
    case 'integer':
      return type.bits === 8 * type.size ? integerOf(type.signed, type.size) : null;
    case 'bitfield':
      return integerOf(false, type.size);
    case 'float':
      return type.regular ? floatOf(type) : null;
    case 'enum':
      return isBoolean(type) ? 'bool' : dtypeOf(type.base);
    case 'string':
      return 'string';
    case 'vlen':
      return type.text ? 'string' : null;
    case 'compound':
      return complexOf(type);
    case 'array':
      return dtypeOf(type.base);
    case 'opaque':
    case 'reference':
    case 'time':
      return null;
  }
}

/** What a type is, for people: `compound {x: float32, y: int8[2]}`. */
export function describeType(type: Hdf5Type): string {
  const dtype = dtypeOf(type);
  switch (type.kind) {
    case 'array':
      return `${describeType(type.base)}[${type.shape.join(', ')}]`;
    case 'compound': {
      if (dtype) return dtype;
      const members = type.members.map((member) => `${member.name}: ${describeType(member.type)}`);
      return `compound {${members.join(', ')}}`;
    }
    case 'vlen':
      return type.text ? 'string' : `list of ${describeType(type.base)}`;
    case 'enum':
      return dtype === 'bool' ? dtype : `enum of ${describeType(type.base)}`;
    case 'opaque':
      return `${type.size} opaque bytes${type.tag ? ` (${type.tag})` : ''}`;
    case 'integer':
    case 'float':
      return dtype ?? `${type.kind} of an uncommon layout in ${type.size} bytes`;
    case 'string':
    case 'bitfield':
    case 'reference':
    case 'time':
      return dtype ?? `${type.kind} of ${type.size} bytes`;
  }
}

/** A part of each element that is of one type. */
export interface Field {
  /** The names that lead to it; none for all of the element. */
  readonly names: readonly string[];
  /** Bytes from the start of the element. */
  readonly offset: number;
  /** Of one number in it. */
  readonly type: Hdf5Type;
  /** How many there are, per axis. */
  readonly shape: readonly number[];
  readonly dtype: Dtype | null;
}

/** All fields of a compound, those of compounds inside of it too; or the one that any other type is. */
export function fieldsOf(type: Hdf5Type): readonly Field[] {
  const { shape, base } = unwrap(type);
  const dtype = dtypeOf(base);
  if (base.kind !== 'compound' || dtype !== null || shape.length > 0)
    return [{ names: [], offset: 0, type: base, shape, dtype }];
  return base.members.flatMap((member) =>
    fieldsOf(member.type).map((field) => ({
      ...field,
      names: [member.name, ...field.names],
      offset: member.offset + field.offset,
    })),
  );
}

/** Arrays of arrays are one array. */
function unwrap(type: Hdf5Type): { readonly shape: readonly number[]; readonly base: Hdf5Type } {
  if (type.kind !== 'array') return { shape: [], base: type };
  const { shape, base } = unwrap(type.base);
  return { shape: [...type.shape, ...shape], base };
}

const INTEGERS: Readonly<Record<string, Dtype>> = {
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
};

function integerOf(signed: boolean, size: number): Dtype | null {
  return INTEGERS[`${signed ? 'i' : 'u'}${size}`] ?? null;
}

/** By exponent and mantissa bits. */
const FLOATS: Readonly<Record<string, Dtype>> = {
  '2:5:10:15': 'float16',
  '2:8:7:127': 'bfloat16',
  '4:8:23:127': 'float32',
  '8:11:52:1023': 'float64',
  '1:4:3:7': 'float8_e4m3fn',
  '1:5:2:15': 'float8_e5m2',
};

function floatOf(type: Extract<Hdf5Type, { kind: 'float' }>): Dtype | null {
  return FLOATS[`${type.size}:${type.exponentBits}:${type.mantissaBits}:${type.bias}`] ?? null;
}

/** h5py keeps NumPy's bool as an enum of FALSE and TRUE. */
function isBoolean({ size, values }: Extract<Hdf5Type, { kind: 'enum' }>): boolean {
  return size === 1 && values.size === 2 && values.get('FALSE') === 0 && values.get('TRUE') === 1;
}

/** h5py keeps complex numbers as a compound of r and i. */
function complexOf({ size, members }: Extract<Hdf5Type, { kind: 'compound' }>): Dtype | null {
  const [real, imaginary] = members;
  if (members.length !== 2 || real?.name !== 'r' || imaginary?.name !== 'i') return null;
  const part = dtypeOf(real.type);
  if (part !== dtypeOf(imaginary.type) || real.offset !== 0) return null;
  if (part === 'float32' && size === 8) return 'complex64';
  return part === 'float64' && size === 16 ? 'complex128' : null;
}

/** Bytes of the units that byte order applies to; 1 where it does not apply or is little-endian. */
function swapUnit(type: Hdf5Type): number {
  if (type.kind === 'enum' || type.kind === 'array') return swapUnit(type.base);
  if (type.kind === 'compound') return type.members[0] ? swapUnit(type.members[0].type) : 1;
  return 'big' in type && type.big ? type.size : 1;
}

/** The same elements, little-endian; swapped in place. */
export function littleEndian(type: Hdf5Type, bytes: Bytes): Bytes {
  const unit = swapUnit(type);
  for (let at = 0; unit > 1 && at + unit <= bytes.length; at += unit)
    for (let low = at, high = at + unit - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  return bytes;
}

/** The bytes of a fixed-size string without its padding. */
export function trimmed(bytes: Bytes, padding: 'null' | 'zero' | 'space'): Bytes {
  if (padding === 'null') {
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  }
  const pad = padding === 'space' ? 0x20 : 0;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === pad) end--;
  return bytes.subarray(0, end);
}
