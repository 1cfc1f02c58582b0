import type { Cursor } from '#io/cursor.ts';
import { address, expectSignature, type Hdf5File, integer } from './file.ts';

/** A chunk on disk. `size` `null`: as large as a chunk is. */
export interface Stored {
  readonly address: number;
  readonly size: number | null;
  readonly mask: number;
}

/** Chunks by their number; `undefined` for one that was never written. */
export type ChunkList = (index: number) => Promise<Stored | undefined>;

/** Reads an element of a chunk array, filtered or not. */
export function readElement(
  file: Hdf5File,
  cursor: Cursor,
  elementSize: number,
): Stored | undefined {
  const at = address(cursor, file.offsetSize);
  const filtered = elementSize > file.offsetSize;
  const size = filtered ? integer(cursor, elementSize - file.offsetSize - 4) : null;
  const mask = filtered ? cursor.u32() : 0;
  return at === undefined ? undefined : { address: at, size, mask };
}

/** @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html VII.C */
export async function openFixedArray(file: Hdf5File, at: number): Promise<ChunkList> {
  const head = await file.checked(at, 8 + file.lengthSize + file.offsetSize + 4, 'a chunk index');
  expectSignature(head, 'FAHD');
  head.bytes(2);
  const elementSize = head.u8();
  const pageBits = head.u8();
  const count = integer(head, file.lengthSize);
  const block = address(head, file.offsetSize);
  if (block === undefined) return async () => undefined;
  const start = 6 + file.offsetSize;
  const perPage = 2 ** pageBits;
  if (count <= perPage) return unpaged(file, { block, start, count, elementSize });

  const pages = Math.ceil(count / perPage);
  const bitmapSize = Math.ceil(pages / 8);
  const prefix = await file.checked(block, start + bitmapSize + 4, 'a chunk index');
  expectSignature(prefix, 'FADB');
  prefix.bytes(start - 4);
  const written = prefix.bytes(bitmapSize);
  return async (index) => {
    if (index >= count) return undefined;
    const page = Math.floor(index / perPage);
    if (!((written[page >> 3] ?? 0) & (0x80 >> (page & 7)))) return undefined;
    const length = Math.min(perPage, count - page * perPage) * elementSize + 4;
    const from = block + start + bitmapSize + 4 + page * (perPage * elementSize + 4);
    const cursor = await file.checked(from, length, 'a page of a chunk index');
    cursor.bytes((index - page * perPage) * elementSize);
    return readElement(file, cursor, elementSize);
  };
}

async function unpaged(
  file: Hdf5File,
  array: { block: number; start: number; count: number; elementSize: number },
): Promise<ChunkList> {
  const { block, start, count, elementSize } = array;
  const length = start + count * elementSize + 4;
  expectSignature(await file.checked(block, length, 'a chunk index'), 'FADB');
  return async (index) => {
    if (index >= count) return undefined;
    const cursor = await file.at(block + start + index * elementSize, elementSize);
    return readElement(file, cursor, elementSize);
  };
}
