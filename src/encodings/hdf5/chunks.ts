import { leavesOf } from './btree-v1.ts';
import { recordsOf } from './btree-v2.ts';
import { openExtensibleArray } from './extensible-array.ts';
import { address, type Hdf5File, integer } from './file.ts';
import { type ChunkList, openFixedArray, type Stored } from './fixed-array.ts';
import type { ChunkedLayout, Dataspace } from './messages.ts';

/** Finds the chunk at a position counted in chunks per axis; `undefined`: never written. */
export type ChunkFinder = (
  position: readonly number[],
) => Stored | undefined | Promise<Stored | undefined>;

export async function openChunks(
  file: Hdf5File,
  layout: ChunkedLayout,
  space: Dataspace,
): Promise<ChunkFinder> {
  const { index, chunk } = layout;
  if (index.address === undefined) return () => undefined;
  const at = index.address;
  switch (index.kind) {
    case 'btree-v1':
      return fromTree(keyedChunks(file.limited(), layout, at));
    case 'btree-v2':
      return fromTree(recordedChunks(file.limited(), layout, at));
    case 'single':
      return () => ({ address: at, size: index.filteredSize, mask: index.mask });
    case 'implicit': {
      const size = chunk.reduce((all, n) => all * n, layout.elementSize);
      const number = numbering(layout, space, false);
      return (position) => ({ address: at + number(position) * size, size: null, mask: 0 });
    }
    case 'fixed-array':
      return numbered(await openFixedArray(file, at), numbering(layout, space, false));
    case 'extensible-array':
      return numbered(await openExtensibleArray(file, at), numbering(layout, space, true));
  }
}

interface Placed extends Stored {
  readonly position: readonly number[];
}

async function fromTree(chunks: AsyncIterable<Placed>): Promise<ChunkFinder> {
  const found = new Map<string, Stored>();
  for await (const { position, ...stored } of chunks) found.set(position.join(), stored);
  return (position) => found.get(position.join());
}

async function* keyedChunks(
  file: Hdf5File,
  { chunk }: ChunkedLayout,
  at: number,
): AsyncGenerator<Placed> {
  const keys = {
    nodeType: 1,
    keySize: 8 + 8 * (chunk.length + 1),
    readKey: (cursor: Parameters<typeof integer>[0]) => ({
      size: cursor.u32(),
      mask: cursor.u32(),
      position: chunk.map((size) => Math.floor(integer(cursor, 8) / size)),
    }),
  } as const;
  for await (const { key, child } of leavesOf(file, at, keys)) yield { ...key, address: child };
}

async function* recordedChunks(
  file: Hdf5File,
  { chunk }: ChunkedLayout,
  at: number,
): AsyncGenerator<Placed> {
  for await (const record of recordsOf(file, at)) {
    const sizeBytes = record.remaining - file.offsetSize - 8 * chunk.length - 4; // none, unless filtered
    const from = address(record, file.offsetSize);
    const size = sizeBytes > 0 ? integer(record, sizeBytes) : null;
    const mask = sizeBytes > 0 ? record.u32() : 0;
    const position = chunk.map(() => integer(record, 8));
    if (from !== undefined) yield { address: from, size, mask, position };
  }
}

function numbered(list: ChunkList, number: (position: readonly number[]) => number): ChunkFinder {
  return (position) => list(number(position));
}

/**
 * The number of a chunk, row-major over all that there may ever be. The axis that may grow for ever
 * counts as the slowest, whichever it is.
 */
function numbering({ chunk }: ChunkedLayout, { shape, max }: Dataspace, growing: boolean) {
  const order = chunk.map((_, axis) => axis);
  if (growing) {
    const unlimited = max.indexOf(undefined);
    if (unlimited > 0) order.unshift(...order.splice(unlimited, 1));
  }
  const counts = chunk.map((size, axis) => Math.ceil((max[axis] ?? shape?.[axis] ?? 0) / size));
  return (position: readonly number[]) =>
    order.reduce((all, axis) => all * (counts[axis] ?? 1) + (position[axis] ?? 0), 0);
}
