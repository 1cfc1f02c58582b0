import { Cursor } from '#io/cursor.ts';
import type { RawAttribute } from './attributes.ts';
import type { Hdf5Dataset } from './dataset.ts';
import type { Hdf5Type } from './datatype.ts';
import { describeType, dtypeOf, littleEndian, trimmed } from './elements.ts';
import type { Hdf5File } from './file.ts';
import { openGlobalHeap, readVlen } from './heaps.ts';
import { allow, bytesOf } from './storage.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A value of an attribute: numbers past 2⁵³ are bigint, text is text, the rest is nested lists. */
export type Hdf5Value = number | bigint | string | null | readonly Hdf5Value[];

/** Decodes what needs the file's heap beside the element itself. */
export interface Values {
  attribute(raw: RawAttribute): Promise<Hdf5Value>;
  /** Strings of a dataset, elements `[from, to)`, as bytes without padding. */
  strings(
    dataset: Hdf5Dataset,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Bytes[]>;
  /** Strings out of stored elements, likewise. */
  texts(stored: Bytes, type: Hdf5Type): Promise<readonly Bytes[]>;
}

/** Types that stand beside elements in the heap. */
type Listed = Extract<Hdf5Type, { kind: 'vlen' | 'array' | 'compound' }>;

export function openValues(file: Hdf5File): Values {
  const heap = openGlobalHeap(file);
  /** Of all attributes: many may refer to the same bytes of the heap. */
  let decoded = 0;

  async function vlenBytes(bytes: Bytes, elementSize: number): Promise<Bytes> {
    const { count, collection, index } = readVlen(new Cursor(bytes, file.path), file);
    if (count === 0 || !collection) return new Uint8Array(0);
    return (await heap.read(collection, index)).subarray(0, count * elementSize);
  }

  async function list(bytes: Bytes, base: Hdf5Type): Promise<readonly Hdf5Value[]> {
    const values: Hdf5Value[] = [];
    for (let at = 0; base.size > 0 && at + base.size <= bytes.length; at += base.size) {
      const element = bytes.subarray(at, at + base.size);
      values.push(isListed(base) ? await decode(element, base) : scalarOf(element, base));
    }
    return values;
  }

  async function decode(bytes: Bytes, type: Listed): Promise<Hdf5Value> {
    switch (type.kind) {
      case 'vlen': {
        const all = await vlenBytes(bytes, type.base.size);
        decoded += all.length;
        allow(file, decoded);
        return type.text ? new TextDecoder().decode(all) : list(all, type.base);
      }
      case 'array':
        return list(bytes, type.base);
      case 'compound': {
        const members: Hdf5Value[] = [];
        for (const { offset, type: member } of type.members)
          members.push(
            (await list(bytes.subarray(offset, offset + member.size), member))[0] ?? null,
          );
        return members;
      }
    }
  }

  async function texts(stored: Bytes, type: Hdf5Type): Promise<readonly Bytes[]> {
    const elements: Bytes[] = [];
    let total = 0;
    for (let at = 0; at < stored.length; at += type.size) {
      const one = stored.subarray(at, at + type.size);
      const element = type.kind === 'string' ? trimmed(one, type.padding) : await vlenBytes(one, 1);
      total += element.length;
      allow(file, total);
      elements.push(element);
    }
    return elements;
  }

  return {
    async attribute({ type, space, data }) {
      if (!space.shape) return null;
      const values = await list(data.bytes(bytesOf(space.shape, type.size)), type);
      return space.shape.length === 0 ? (values[0] ?? null) : values;
    },
    strings: async (dataset, from, to, signal) =>
      texts(await dataset.read(from, to, signal), dataset.type),
    texts,
  };
}

function isListed(type: Hdf5Type): type is Listed {
  return type.kind === 'vlen' || type.kind === 'array' || type.kind === 'compound';
}

function scalarOf(bytes: Bytes, type: Exclude<Hdf5Type, Listed>): Hdf5Value {
  switch (type.kind) {
    case 'string':
      return new TextDecoder().decode(trimmed(bytes, type.padding));
    case 'opaque':
    case 'reference':
    case 'time':
      return describeType(type);
    case 'integer':
    case 'bitfield':
    case 'float':
    case 'enum':
      return numberOf(bytes, type);
  }
}

/** One number of any size; `NaN` for a float whose kind is not known. */
function numberOf(stored: Bytes, type: Hdf5Type): number | bigint {
  const bytes = littleEndian(type, stored.slice());
  const view = new DataView(bytes.buffer);
  const dtype = dtypeOf(type);
  if (dtype === 'float64') return view.getFloat64(0, true);
  if (dtype === 'float32') return view.getFloat32(0, true);
  if (dtype === 'float16') return halfOf(view.getUint16(0, true));
  if (type.kind === 'float') return Number.NaN;
  const unsigned = bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
  const base = type.kind === 'enum' ? type.base : type;
  const signed = base.kind === 'integer' && base.signed;
  const value = signed ? BigInt.asIntN(8 * bytes.length, unsigned) : unsigned;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction);
}
