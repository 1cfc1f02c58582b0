import type { Cursor } from '#io/cursor.ts';

/** An HDF5 datatype. `size`: bytes of one element as stored. */
export type Hdf5Type = { readonly size: number } & Readonly<
  /** `bits`: of the number itself; `null` where it does not begin at the lowest bit. */
  | { kind: 'integer'; signed: boolean; big: boolean; bits: number | null }
  | { kind: 'bitfield'; big: boolean }
  /** `regular`: sign, exponent, mantissa with a hidden first bit, and nothing else. */
  | {
      kind: 'float';
      big: boolean;
      exponentBits: number;
      mantissaBits: number;
      bias: number;
      regular: boolean;
    }
  | { kind: 'string'; padding: 'null' | 'zero' | 'space' }
  | { kind: 'opaque'; tag: string }
  | { kind: 'compound'; members: readonly Member[] }
  | { kind: 'enum'; base: Hdf5Type; values: ReadonlyMap<string, number> }
  | { kind: 'array'; base: Hdf5Type; shape: readonly number[] }
  | { kind: 'vlen'; base: Hdf5Type; text: boolean }
  | { kind: 'reference' }
  | { kind: 'time' }
>;

export interface Member {
  readonly name: string;
  /** Bytes from the start of the element. */
  readonly offset: number;
  readonly type: Hdf5Type;
}

/** Types within types; real ones nest two or three deep. */
const MAX_DEPTH = 16;

/** Reads a datatype message, versions 1 to 3 of it. Throws `unsupported` for classes it does not know. */
export function readDatatype(cursor: Cursor, depth = 0): Hdf5Type {
  if (depth > MAX_DEPTH) cursor.fail({ kind: 'malformed', what: 'a datatype nests too deep' });
  const head = cursor.u8();
  const bits = cursor.u8() | (cursor.u8() << 8) | (cursor.u8() << 16);
  const size = cursor.u32();
  const read = READERS[head & 15];
  if (!read) cursor.fail({ kind: 'unsupported', feature: `HDF5 datatype class ${head & 15}` });
  return read({ cursor, version: head >> 4, bits, size, depth });
}

interface Header {
  readonly cursor: Cursor;
  readonly version: number;
  readonly bits: number;
  readonly size: number;
  readonly depth: number;
}

const PADDINGS = ['null', 'zero', 'space'] as const;

const READERS: readonly ((header: Header) => Hdf5Type)[] = [
  ({ cursor, bits, size }) => {
    const offset = cursor.u16();
    const precision = cursor.u16();
    const type = {
      kind: 'integer',
      size,
      signed: (bits & 8) !== 0,
      big: (bits & 1) !== 0,
    } as const;
    return { ...type, bits: offset === 0 ? precision : null };
  },
  readFloat,
  ({ cursor, size }) => {
    cursor.u16();
    return { kind: 'time', size };
  },
  ({ bits, size }) => ({ kind: 'string', size, padding: PADDINGS[bits & 15] ?? 'null' }),
  ({ cursor, bits, size }) => {
    cursor.u32();
    return { kind: 'bitfield', size, big: (bits & 1) !== 0 };
  },
  ({ cursor, bits, size }) => {
    const tag = cursor.text(bits & 0xff);
    return { kind: 'opaque', size, tag: tag.replace(/\0.*$/s, '') };
  },
  readCompound,
  ({ size }) => ({ kind: 'reference', size }),
  readEnum,
  ({ cursor, bits, size, depth }) => ({
    kind: 'vlen',
    size,
    text: (bits & 15) === 1,
    base: readDatatype(cursor, depth + 1),
  }),
  readArray,
];

function readFloat({ cursor, bits, size }: Header): Hdf5Type {
  const offset = cursor.u16();
  const precision = cursor.u16();
  const exponentAt = cursor.u8();
  const exponentBits = cursor.u8();
  const mantissaAt = cursor.u8();
  const mantissaBits = cursor.u8();
  const bias = cursor.u32();
  if ((bits & 0x41) > 1) cursor.fail({ kind: 'unsupported', feature: 'VAX floating point' });
  const signAt = (bits >> 8) & 0xff;
  const hidden = ((bits >> 4) & 3) === 2;
  const places = [offset, mantissaAt, precision - 8 * size, exponentAt - mantissaBits];
  const regular = hidden && places.every((n) => n === 0) && signAt === 8 * size - 1;
  const big = (bits & 1) !== 0;
  return { kind: 'float', size, big, exponentBits, mantissaBits, bias, regular };
}

function readCompound(header: Header): Hdf5Type {
  const { cursor, version, bits, size, depth } = header;
  const members: Member[] = [];
  for (let left = bits & 0xffff; left > 0; left--) {
    const name = readName(cursor, version < 3);
    const offset = version < 3 ? cursor.u32() : littleEndian(cursor, bytesFor(size));
    let shape: number[] = [];
    if (version === 1) {
      const rank = cursor.u8();
      cursor.bytes(3 + 4 + 4);
      shape = [cursor.u32(), cursor.u32(), cursor.u32(), cursor.u32()].slice(0, rank);
    }
    const base = readDatatype(cursor, depth + 1);
    const count = shape.reduce((product, n) => product * n, 1);
    const type: Hdf5Type = shape.length
      ? { kind: 'array', size: base.size * count, base, shape }
      : base;
    if (offset + type.size > size)
      cursor.fail({ kind: 'malformed', what: `member ${name} lies outside its compound` });
    members.push({ name, offset, type });
  }
  return { kind: 'compound', size, members };
}

function readEnum({ cursor, version, bits, size, depth }: Header): Hdf5Type {
  const base = readDatatype(cursor, depth + 1);
  const count = bits & 0xffff;
  const names = Array.from({ length: count }, () => readName(cursor, version < 3));
  const big = 'big' in base && base.big;
  const values = names.map((name) => {
    const bytes = cursor.bytes(base.size);
    const ordered = big ? bytes.toReversed() : bytes;
    return [name, ordered.reduceRight((value, byte) => value * 256 + byte, 0)] as const;
  });
  return { kind: 'enum', size, base, values: new Map(values) };
}

function readArray({ cursor, version, size, depth }: Header): Hdf5Type {
  const rank = cursor.u8();
  if (version < 3) cursor.bytes(3);
  const shape = Array.from({ length: rank }, () => cursor.u32());
  if (version < 3) cursor.bytes(4 * rank);
  const base = readDatatype(cursor, depth + 1);
  const count = shape.reduce((product, n) => product * n, 1);
  if (count * base.size !== size)
    cursor.fail({ kind: 'malformed', what: 'an array type is not as large as its elements' });
  return { kind: 'array', size, base, shape };
}

/** A name up to its zero byte; `padded` to a multiple of 8 bytes. */
function readName(cursor: Cursor, padded: boolean): string {
  const bytes: number[] = [];
  for (let byte = cursor.u8(); byte !== 0; byte = cursor.u8()) bytes.push(byte);
  if (padded) cursor.bytes((8 - ((bytes.length + 1) % 8)) % 8);
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function bytesFor(size: number): number {
  return size < 2 ** 8 ? 1 : size < 2 ** 16 ? 2 : size < 2 ** 24 ? 3 : 4;
}

function littleEndian(cursor: Cursor, size: number): number {
  return cursor.bytes(size).reduceRight((value, byte) => value * 256 + byte, 0);
}
