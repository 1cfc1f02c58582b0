import { Cursor } from '#io/cursor.ts';
import type { RawAttribute } from './attributes.ts';
import type { Hdf5Dataset } from './dataset.ts';
import type { Hdf5Type } from './datatype.ts';
import { dtypeOf, littleEndian, trimmed } from './elements.ts';
import type { Hdf5File } from './file.ts';
import { openGlobalHeap, readVlen } from './heaps.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A value of an attribute: numbers past 2⁵³ are bigint, text is text, the rest is nested lists. */
export type Hdf5Value = number | bigint | string | null | readonly Hdf5Value[];

/** Decodes what needs the file's heap beside the element itself. */
export interface Values {
  attribute(raw: RawAttribute): Promise<Hdf5Value>;
  /** Strings of a dataset, elements `[from, to)`, as bytes without padding. */
  strings(dataset: Hdf5Dataset, from: number, to: number): Promise<readonly Bytes[]>;
}

export function openValues(file: Hdf5File): Values {
  const heap = openGlobalHeap(file);

  async function vlenBytes(bytes: Bytes, elementSize: number): Promise<Bytes> {
    const { count, collection, index } = readVlen(new Cursor(bytes, file.path), file);
    if (count === 0 || !collection) return new Uint8Array(0);
    return (await heap.read(collection, index)).subarray(0, count * elementSize);
  }

  async function list(bytes: Bytes, base: Hdf5Type): Promise<readonly Hdf5Value[]> {
    const values: Hdf5Value[] = [];
    for (let at = 0; at + base.size <= bytes.length; at += base.size)
      values.push(await decode(bytes.subarray(at, at + base.size), base));
    return values;
  }

  async function decode(bytes: Bytes, type: Hdf5Type): Promise<Hdf5Value> {
    switch (type.kind) {
      case 'string':
        return new TextDecoder().decode(trimmed(bytes, type.padding));
      case 'vlen': {
        const all = await vlenBytes(bytes, type.base.size);
        return type.text ? new TextDecoder().decode(all) : list(all, type.base);
      }
      case 'array':
        return list(bytes, type.base);
      case 'compound':
        return Promise.all(
          type.members.map(({ offset, type: member }) =>
            decode(bytes.subarray(offset, offset + member.size), member),
          ),
        );
      case 'opaque':
      case 'reference':
      case 'time':
        return `${type.kind} of ${type.size} bytes`;
      default:
        return numberOf(bytes, type);
    }
  }

  return {
    async attribute({ type, space, data }) {
      if (!space.shape) return null;
      const count = space.shape.reduce((all, n) => all * n, 1);
      const values = await list(data.bytes(count * type.size), type);
      return space.shape.length === 0 ? (values[0] ?? null) : values;
    },
    async strings(dataset, from, to) {
      const { type } = dataset;
      const bytes = await dataset.read(from, to);
      const elements = Array.from({ length: to - from }, (_, i) =>
        bytes.subarray(i * type.size, (i + 1) * type.size),
      );
      if (type.kind === 'string') return elements.map((one) => trimmed(one, type.padding));
      return Promise.all(elements.map((one) => vlenBytes(one, 1)));
    },
  };
}

/** One number of any size; `NaN` for a float whose kind is not known. */
function numberOf(stored: Bytes, type: Hdf5Type): number | bigint {
  const bytes = littleEndian(type, stored.slice());
  const view = new DataView(bytes.buffer);
  const dtype = dtypeOf(type);
  if (dtype === 'float64') return view.getFloat64(0, true);
  if (dtype === 'float32') return view.getFloat32(0, true);
  if (type.kind === 'float') return Number.NaN;
  const unsigned = bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
  const signed = type.kind === 'integer' && type.signed;
  const value = signed ? BigInt.asIntN(8 * bytes.length, unsigned) : unsigned;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
