import type { Cursor } from '#io/cursor.ts';
import { recordsOf } from './btree-v2.ts';
import { type Hdf5Type, readDatatype } from './datatype.ts';
import { address, type Hdf5File } from './file.ts';
import { openFractalHeap } from './fractal-heap.ts';
import { type Dataspace, readDataspace } from './messages.ts';
import { MESSAGE, type Message, openShared } from './object-header.ts';

/** An attribute, its value not decoded yet. */
export interface RawAttribute {
  readonly name: string;
  readonly type: Hdf5Type;
  readonly space: Dataspace;
  readonly data: Cursor;
}

/** All attributes of an object, those kept in a heap of their own too. */
export async function readAttributes(
  file: Hdf5File,
  messages: readonly Message[],
): Promise<readonly RawAttribute[]> {
  const attributes: RawAttribute[] = [];
  for (const message of messages) {
    if (message.type === MESSAGE.attribute) attributes.push(await readOne(file, message.open()));
    if (message.type !== MESSAGE.attributeInfo) continue;
    const cursor = message.open();
    cursor.u8();
    if (cursor.u8() & 1) cursor.u16();
    const heapAt = address(cursor, file.offsetSize);
    const tree = address(cursor, file.offsetSize);
    if (heapAt === undefined || tree === undefined) continue;
    const heap = await openFractalHeap(file, heapAt);
    for await (const record of recordsOf(file, tree))
      attributes.push(await readOne(file, await heap.read(record.bytes(heap.idSize))));
  }
  return attributes;
}

async function readOne(file: Hdf5File, cursor: Cursor): Promise<RawAttribute> {
  const version = cursor.u8();
  const flags = cursor.u8();
  const [nameSize, typeSize, spaceSize] = [cursor.u16(), cursor.u16(), cursor.u16()];
  if (version === 3) cursor.u8();
  const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const name = cursor.text(padded(nameSize)).replace(/\0.*$/s, '');
  const typeCursor = cursor.slice(padded(typeSize));
  const spaceCursor = cursor.slice(padded(spaceSize));
  const shared = version > 1 && (flags & 1) !== 0;
  const type = readDatatype(
    shared ? await openShared(file, typeCursor, MESSAGE.datatype) : typeCursor,
  );
  return { name, type, space: readDataspace(spaceCursor, file), data: cursor };
}
