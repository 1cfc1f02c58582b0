import type { Cursor } from '#io/cursor.ts';
import { address, expectSignature, type Hdf5File, integer } from './file.ts';

/** Signature, version, type and checksum of a node. */
const OVERHEAD = 10;
const MAX_LEVELS = 32;

interface Level {
  readonly maxRecords: number;
  /** Records in a whole subtree of this level, at most. */
  readonly maxTotal: number;
  /** Bytes that count those. */
  readonly totalSize: number;
}

/** Bytes that hold a number up to `limit`. */
const sizeFor = (limit: number) => Math.floor(Math.log2(Math.max(limit, 1)) / 8) + 1;

interface Tree {
  readonly nodeSize: number;
  readonly recordSize: number;
  readonly depth: number;
  readonly root: number | undefined;
  /** Records in the root node. */
  readonly records: number;
}

async function readTree(file: Hdf5File, at: number): Promise<Tree> {
  const length = 16 + file.offsetSize + 2 + file.lengthSize + 4;
  const head = await file.checked(at, length, 'a B-tree');
  expectSignature(head, 'BTHD');
  head.bytes(2);
  const nodeSize = head.u32();
  const recordSize = head.u16();
  const depth = head.u16();
  head.bytes(2);
  if (depth > MAX_LEVELS || recordSize === 0)
    file.fail({ kind: 'malformed', what: 'a B-tree of impossible size' }, at);
  const root = address(head, file.offsetSize);
  return { nodeSize, recordSize, depth, root, records: head.u16() };
}

/** The records of a version 2 B-tree, in order: a cursor over each. Checksums are compared. */
export async function* recordsOf(file: Hdf5File, at: number): AsyncGenerator<Cursor> {
  const tree = await readTree(file, at);
  if (tree.root === undefined || tree.records === 0) return;
  const levels = levelsOf(file.offsetSize, tree);
  const countSize = sizeFor(levels[0]?.maxRecords ?? 0);
  const seen = new Set<number>();

  async function readNode(from: number, records: number, level: number) {
    if (seen.has(from)) file.fail({ kind: 'malformed', what: 'a B-tree leads to itself' }, from);
    seen.add(from);
    const totalSize = level > 0 ? (levels[level - 1]?.totalSize ?? 0) : 0;
    const pointers = level > 0 ? (records + 1) * (file.offsetSize + countSize + totalSize) : 0;
    const length = OVERHEAD + records * tree.recordSize + pointers;
    const cursor = await file.checked(from, length, 'a node of a B-tree');
    expectSignature(cursor, level > 0 ? 'BTIN' : 'BTLF');
    cursor.bytes(2);
    const own = Array.from({ length: records }, () => cursor.slice(tree.recordSize));
    const children = Array.from({ length: level > 0 ? records + 1 : 0 }, () => {
      const child = address(cursor, file.offsetSize);
      const count = integer(cursor, countSize);
      integer(cursor, totalSize);
      return { child, count };
    });
    return { own, children };
  }

  async function* visit(from: number, records: number, level: number): AsyncGenerator<Cursor> {
    const { own, children } = await readNode(from, records, level);
    for (let i = 0; i <= records; i++) {
      const below = children[i];
      if (below?.child !== undefined) yield* visit(below.child, below.count, level - 1);
      if (own[i]) yield own[i] as Cursor;
    }
  }

  yield* visit(tree.root, tree.records, tree.depth);
}

function levelsOf(
  offsetSize: number,
  tree: { readonly nodeSize: number; readonly recordSize: number; readonly depth: number },
): Level[] {
  const leaf = Math.floor((tree.nodeSize - OVERHEAD) / tree.recordSize);
  const countSize = sizeFor(leaf);
  const levels: Level[] = [{ maxRecords: leaf, maxTotal: leaf, totalSize: 0 }];
  for (let level = 1; level <= tree.depth; level++) {
    const below = levels[level - 1];
    if (!below) break;
    const pointer = offsetSize + countSize + below.totalSize;
    const maxRecords = Math.floor(
      (tree.nodeSize - (OVERHEAD + pointer)) / (tree.recordSize + pointer),
    );
    const maxTotal = (maxRecords + 1) * below.maxTotal + maxRecords;
    levels.push({ maxRecords, maxTotal, totalSize: sizeFor(maxTotal) });
  }
  return levels;
}
