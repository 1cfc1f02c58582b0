import type { Cursor } from '#io/cursor.ts';
import { address, expectSignature, type Hdf5File } from './file.ts';
import { type ChunkList, readElement } from './fixed-array.ts';

interface Header {
  readonly elementSize: number;
  /** Bits that count elements. */
  readonly bits: number;
  readonly inIndexBlock: number;
  readonly minPerBlock: number;
  readonly minPointers: number;
  readonly pageBits: number;
  readonly indexBlock: number | undefined;
}

/** Data blocks of one super block, and where its first element and block are counted from. */
interface SuperBlock {
  readonly blocks: number;
  readonly perBlock: number;
  readonly firstElement: number;
  readonly firstBlock: number;
}

/** @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html VII.D, H5EAhdr.c */
export async function openExtensibleArray(file: Hdf5File, at: number): Promise<ChunkList> {
  const header = await readHeader(file, at);
  if (header.indexBlock === undefined) return async () => undefined;
  const supers = superBlocks(header);
  const near = 2 * Math.log2(header.minPointers);
  const blockCount = 2 * (header.minPointers - 1);
  const superCount = Math.max(0, supers.length - near);
  const O = file.offsetSize;
  const length =
    6 + O + header.inIndexBlock * header.elementSize + (blockCount + superCount) * O + 4;
  const index = await file.checked(header.indexBlock, length, 'a chunk index');
  expectSignature(index, 'EAIB');
  index.bytes(2 + O);
  const first = index.bytes(header.inIndexBlock * header.elementSize);
  const dataBlocks = Array.from({ length: blockCount }, () => address(index, O));
  const farBlocks = Array.from({ length: superCount }, () => address(index, O));
  const { indexBlock } = header;

  return async (element) => {
    if (element < header.inIndexBlock) {
      const from = indexBlock + 6 + O + element * header.elementSize;
      return first.length
        ? readElement(file, await file.at(from, header.elementSize), header.elementSize)
        : undefined;
    }
    const rest = element - header.inIndexBlock;
    const number = Math.floor(Math.log2(Math.floor(rest / header.minPerBlock) + 1));
    const own = supers[number];
    if (!own) return undefined;
    const within = rest - own.firstElement;
    const block = Math.floor(within / own.perBlock);
    const target = { perBlock: own.perBlock, element: within - block * own.perBlock };
    if (number < near)
      return inDataBlock(file, header, {
        ...target,
        at: dataBlocks[own.firstBlock + block],
        pages: null,
      });
    const far = farBlocks[number - near];
    return far === undefined
      ? undefined
      : inSuperBlock(file, header, { ...target, at: far, own, block });
  };
}

async function readHeader(file: Hdf5File, at: number): Promise<Header> {
  const head = await file.checked(
    at,
    12 + 6 * file.lengthSize + file.offsetSize + 4,
    'a chunk index',
  );
  expectSignature(head, 'EAHD');
  head.bytes(2);
  const header = {
    elementSize: head.u8(),
    bits: head.u8(),
    inIndexBlock: head.u8(),
    minPerBlock: head.u8(),
    minPointers: head.u8(),
    pageBits: head.u8(),
  };
  head.bytes(6 * file.lengthSize);
  const powers = [header.minPerBlock, header.minPointers].every((n) =>
    Number.isInteger(Math.log2(n)),
  );
  if (!powers || header.bits > 64 || header.elementSize < file.offsetSize)
    head.fail({ kind: 'malformed', what: 'a chunk index of impossible size' });
  return { ...header, indexBlock: address(head, file.offsetSize) };
}

function superBlocks({ bits, minPerBlock }: Header): SuperBlock[] {
  const count = 1 + (bits - Math.log2(minPerBlock));
  const supers: SuperBlock[] = [];
  let firstElement = 0;
  let firstBlock = 0;
  for (let number = 0; number < count; number++) {
    const blocks = 2 ** Math.floor(number / 2);
    const perBlock = 2 ** Math.floor((number + 1) / 2) * minPerBlock;
    supers.push({ blocks, perBlock, firstElement, firstBlock });
    firstElement += blocks * perBlock;
    firstBlock += blocks;
  }
  return supers;
}

interface Target {
  readonly perBlock: number;
  readonly element: number;
}

async function inDataBlock(
  file: Hdf5File,
  header: Header,
  target: Target & { readonly at: number | undefined; readonly pages: Uint8Array | null },
) {
  const { at, perBlock, element, pages } = target;
  if (at === undefined) return undefined;
  const { elementSize } = header;
  const prefix = 6 + file.offsetSize + Math.ceil(header.bits / 8);
  const perPage = 2 ** header.pageBits;
  let cursor: Cursor;
  if (perBlock <= perPage) {
    cursor = await file.checked(at, prefix + perBlock * elementSize + 4, 'a chunk index');
    expectSignature(cursor, 'EADB');
    cursor.bytes(prefix - 4 + element * elementSize);
  } else {
    const page = Math.floor(element / perPage);
    if (pages && !((pages[page >> 3] ?? 0) & (0x80 >> (page & 7)))) return undefined;
    const pageSize = perPage * elementSize + 4;
    cursor = await file.checked(
      at + prefix + 4 + page * pageSize,
      pageSize,
      'a page of a chunk index',
    );
    cursor.bytes((element - page * perPage) * elementSize);
  }
  return readElement(file, cursor, elementSize);
}

async function inSuperBlock(
  file: Hdf5File,
  header: Header,
  target: Target & { readonly at: number; readonly own: SuperBlock; readonly block: number },
) {
  const { at, own, block } = target;
  const perPage = 2 ** header.pageBits;
  const bitmapSize = own.perBlock > perPage ? Math.ceil(own.perBlock / perPage / 8) : 0;
  const prefix = 6 + file.offsetSize + Math.ceil(header.bits / 8);
  const length = prefix + own.blocks * (bitmapSize + file.offsetSize) + 4;
  const cursor = await file.checked(at, length, 'a chunk index');
  expectSignature(cursor, 'EASB');
  cursor.bytes(prefix - 4);
  const bitmaps = Array.from({ length: own.blocks }, () => cursor.bytes(bitmapSize));
  const blocks = Array.from({ length: own.blocks }, () => address(cursor, file.offsetSize));
  const pages = bitmapSize ? (bitmaps[block] ?? null) : null;
  return inDataBlock(file, header, { ...target, at: blocks[block], pages });
}
