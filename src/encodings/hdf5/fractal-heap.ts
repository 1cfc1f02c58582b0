import { Cursor } from '#io/cursor.ts';
import { recordsOf } from './btree-v2.ts';
import { address, expectSignature, type Hdf5File, integer } from './file.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Objects of a dense group or of dense attributes, by heap id. */
export interface FractalHeap {
  /** Bytes of an id. */
  readonly idSize: number;
  read(id: Bytes): Promise<Cursor>;
}

interface Heap {
  readonly idSize: number;
  readonly maxManaged: number;
  readonly hugeTree: number | undefined;
  readonly width: number;
  readonly startSize: number;
  readonly maxDirect: number;
  /** Bits of an offset in the heap. */
  readonly maxBits: number;
  readonly root: number | undefined;
  readonly rootRows: number;
}

/** @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html III.G */
export async function openFractalHeap(file: Hdf5File, at: number): Promise<FractalHeap> {
  const heap = await readHeader(file, at);
  const offsetBytes = Math.ceil(heap.maxBits / 8);
  const lengthBytes = Math.min(sizeOf(heap.maxDirect), sizeOf(heap.maxManaged));
  let huge: Promise<ReadonlyMap<number, Block>> | undefined;

  async function readHuge(id: Cursor): Promise<Cursor> {
    if (heap.idSize - 1 >= file.offsetSize + file.lengthSize) {
      const from = address(id, file.offsetSize);
      const length = integer(id, file.lengthSize);
      if (from === undefined) id.fail({ kind: 'malformed', what: 'a heap object is nowhere' });
      return file.at(from, length);
    }
    if (heap.hugeTree === undefined)
      id.fail({ kind: 'malformed', what: 'a heap without its large objects' });
    huge ??= readHugeTree(file, heap.hugeTree);
    const block = (await huge).get(integer(id, Math.min(heap.idSize - 1, file.lengthSize)));
    if (!block) id.fail({ kind: 'malformed', what: 'a large heap object is not there' });
    return file.at(block.from, block.length);
  }

  return {
    idSize: heap.idSize,
    async read(bytes) {
      const id = new Cursor(bytes, file.path, at);
      const flags = id.u8();
      const kind = (flags >> 4) & 3;
      if (kind === 2) return id.slice((flags & 15) + 1);
      if (kind === 1) return readHuge(id);
      const offset = integer(id, offsetBytes);
      const length = integer(id, lengthBytes);
      return file.at(await locate(file, heap, offset), length);
    },
  };
}

interface Block {
  readonly from: number;
  readonly length: number;
}

const sizeOf = (limit: number) => Math.floor(Math.log2(Math.max(limit, 1)) / 8) + 1;

async function readHeader(file: Hdf5File, at: number): Promise<Heap> {
  const O = file.offsetSize;
  const L = file.lengthSize;
  const peek = await file.at(at, 9);
  peek.bytes(7);
  const filters = peek.u16();
  if (filters > 0) peek.fail({ kind: 'unsupported', feature: 'a filtered heap of HDF5' });
  const head = await file.checked(at, 22 + 12 * L + 3 * O + 4, 'a heap');
  expectSignature(head, 'FRHP');
  head.u8();
  const idSize = head.u16();
  head.u16();
  head.u8();
  const maxManaged = head.u32();
  integer(head, L);
  const hugeTree = address(head, O);
  integer(head, L);
  address(head, O);
  head.bytes(8 * L);
  const width = head.u16();
  const startSize = integer(head, L);
  const maxDirect = integer(head, L);
  const maxBits = head.u16();
  head.u16();
  const root = address(head, O);
  const rootRows = head.u16();
  if (width === 0 || startSize === 0) head.fail({ kind: 'malformed', what: 'a heap of width 0' });
  return { idSize, maxManaged, hugeTree, width, startSize, maxDirect, maxBits, root, rootRows };
}

/** Address of the byte at an offset of the heap's own space. */
async function locate(file: Hdf5File, heap: Heap, offset: number): Promise<number> {
  if (heap.root === undefined) file.fail({ kind: 'malformed', what: 'a heap without blocks' });
  if (heap.rootRows === 0) return heap.root + offset;
  const directRows = Math.log2(heap.maxDirect / heap.startSize) + 2;
  const rowSize = (row: number) => heap.startSize * 2 ** Math.max(0, row - 1);
  let block = heap.root;
  let rows = heap.rootRows;
  let start = 0;
  for (let level = 0; level < MAX_LEVELS; level++) {
    let row = 0;
    while (row < rows && offset >= start + rowSize(row) * heap.width) {
      start += rowSize(row) * heap.width;
      row++;
    }
    const column = Math.floor((offset - start) / rowSize(row));
    start += column * rowSize(row);
    const child = await childOf(file, heap, block, row * heap.width + column);
    if (child === undefined || row >= rows)
      file.fail({ kind: 'malformed', what: 'a heap object lies outside its blocks' }, block);
    if (row < directRows) return child + (offset - start);
    block = child;
    rows = Math.log2(rowSize(row)) - Math.log2(heap.startSize * heap.width) + 1;
  }
  return file.fail({ kind: 'malformed', what: 'a heap nests too deep' }, block);
}

const MAX_LEVELS = 16;

async function childOf(file: Hdf5File, heap: Heap, block: number, index: number) {
  const before = 5 + file.offsetSize + Math.ceil(heap.maxBits / 8);
  expectSignature(await file.at(block, 4), 'FHIB');
  return address(
    await file.at(block + before + index * file.offsetSize, file.offsetSize),
    file.offsetSize,
  );
}

async function readHugeTree(file: Hdf5File, at: number): Promise<ReadonlyMap<number, Block>> {
  const blocks = new Map<number, Block>();
  for await (const record of recordsOf(file, at)) {
    const from = address(record, file.offsetSize);
    const length = integer(record, file.lengthSize);
    if (from !== undefined) blocks.set(integer(record, file.lengthSize), { from, length });
  }
  return blocks;
}
