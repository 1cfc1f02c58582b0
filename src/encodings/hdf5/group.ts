import { leavesOf } from './btree-v1.ts';
import { recordsOf } from './btree-v2.ts';
import { address, expectSignature, type Hdf5File, integer } from './file.ts';
import { openFractalHeap } from './fractal-heap.ts';
import { openLocalHeap } from './heaps.ts';
import { type Link, readLink } from './messages.ts';
import { MESSAGE, type Message } from './object-header.ts';

/** The links of a group, however they are stored; `null` when the object is no group. */
export async function readLinks(
  file: Hdf5File,
  messages: readonly Message[],
): Promise<readonly Link[] | null> {
  const table = messages.find(({ type }) => type === MESSAGE.symbolTable);
  if (table) return oldLinks(file, table);
  const info = messages.find(({ type }) => type === MESSAGE.linkInfo);
  const links = messages
    .filter(({ type }) => type === MESSAGE.link)
    .map((message) => readLink(message.open(), file));
  if (!info) return links.length ? links : null;
  return [...links, ...(await denseLinks(file, info))];
}

async function oldLinks(file: Hdf5File, table: Message): Promise<Link[]> {
  const cursor = table.open();
  const tree = address(cursor, file.offsetSize);
  const heapAt = address(cursor, file.offsetSize);
  if (tree === undefined || heapAt === undefined) return [];
  const name = await openLocalHeap(file, heapAt);
  const keys = { nodeType: 0, keySize: file.lengthSize, readKey: () => null } as const;
  const links: Link[] = [];
  for await (const { child } of leavesOf(file, tree, keys)) {
    const head = await file.at(child, 8);
    expectSignature(head, 'SNOD');
    head.u16();
    const count = head.u16();
    const entries = await file.at(child + 8, count * (file.lengthSize + file.offsetSize + 24));
    for (let i = 0; i < count; i++) {
      const nameAt = integer(entries, file.lengthSize);
      const at = address(entries, file.offsetSize);
      const kind = entries.u32();
      entries.u32();
      const scratch = entries.slice(16);
      if (kind === 2) links.push({ name: name(nameAt), kind: 'soft', target: name(scratch.u32()) });
      else if (at !== undefined) links.push({ name: name(nameAt), kind: 'hard', address: at });
    }
  }
  return links;
}

async function denseLinks(file: Hdf5File, info: Message): Promise<Link[]> {
  const cursor = info.open();
  cursor.u8();
  if (cursor.u8() & 1) cursor.bytes(8);
  const heapAt = address(cursor, file.offsetSize);
  const tree = address(cursor, file.offsetSize);
  if (heapAt === undefined || tree === undefined) return [];
  const heap = await openFractalHeap(file, heapAt);
  const links: Link[] = [];
  for await (const record of recordsOf(file, tree)) {
    record.u32();
    links.push(readLink(await heap.read(record.bytes(heap.idSize)), file));
  }
  return links;
}
