import type { Cursor } from '#io/cursor.ts';
import { address, expectSignature, type Hdf5File, integer } from './file.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The names of an old group: text at an offset. */
export async function openLocalHeap(file: Hdf5File, at: number): Promise<(from: number) => string> {
  const head = await file.at(at, 8 + 2 * file.lengthSize + file.offsetSize);
  expectSignature(head, 'HEAP');
  head.bytes(4);
  const size = integer(head, file.lengthSize);
  integer(head, file.lengthSize);
  const data =
    address(head, file.offsetSize) ?? head.fail({ kind: 'malformed', what: 'a heap without data' });
  const all = await file.at(data, size);
  const { offset } = all.place;
  const bytes = all.bytes(size);
  return (from) => {
    const end = bytes.indexOf(0, from);
    if (from >= size || end < 0)
      file.fail({ kind: 'malformed', what: 'a name lies outside its heap' }, offset);
    return new TextDecoder().decode(bytes.subarray(from, end));
  };
}

/** Objects of a collection are numbered; a vlen element names collection and number. */
export interface GlobalHeap {
  /** The bytes of an object. Throws `malformed` when it is not there. */
  read(collection: number, index: number): Promise<Bytes>;
}

/** Variable-length data. Collections are read once each. */
export function openGlobalHeap(whole: Hdf5File): GlobalHeap {
  const file = whole.limited();
  const collections = new Map<number, Promise<ReadonlyMap<number, Bytes>>>();
  return {
    async read(collection, index) {
      let objects = collections.get(collection);
      if (!objects) {
        objects = readCollection(file, collection);
        collections.set(collection, objects);
      }
      const found = (await objects).get(index);
      const problem = { kind: 'malformed', what: `heap object ${index} is not there` } as const;
      return found ?? file.fail(problem, collection);
    },
  };
}

async function readCollection(file: Hdf5File, at: number): Promise<ReadonlyMap<number, Bytes>> {
  const head = await file.at(at, 8 + file.lengthSize);
  expectSignature(head, 'GCOL');
  head.bytes(4);
  const size = integer(head, file.lengthSize);
  const cursor = await file.at(at, size);
  const headSize = Math.ceil((8 + file.lengthSize) / 8) * 8; // of the collection and of each object
  cursor.bytes(headSize);
  const objects = new Map<number, Bytes>();
  while (cursor.remaining >= headSize) {
    const index = cursor.u16();
    cursor.bytes(6);
    const length = integer(cursor, file.lengthSize);
    cursor.bytes(headSize - 8 - file.lengthSize);
    if (index === 0) break; // the free space at the end
    objects.set(index, cursor.bytes(length));
    cursor.bytes(Math.min(cursor.remaining, (8 - (length % 8)) % 8));
  }
  return objects;
}

/** Where a vlen element's data are: how many, in which collection, under which number. */
export function readVlen(cursor: Cursor, file: Hdf5File) {
  const count = cursor.u32();
  const collection = address(cursor, file.offsetSize);
  return { count, collection, index: cursor.u32() };
}
