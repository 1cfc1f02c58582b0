import { Cursor } from '#io/cursor.ts';
import { address, expectSignature, type Hdf5File, integer } from './file.ts';

/** One message of an object header. */
export interface Message {
  readonly type: number;
  /** Whether its header has a checksum, which was compared. */
  readonly checked: boolean;
  /** Its bytes, not read yet. A new cursor at each call. */
  open(): Cursor;
  /** It stands elsewhere; `open` gives where. */
  readonly shared: boolean;
}

export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fillOld: 0x04,
  fill: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** Blocks of one header; a real one has one or two. */
const MAX_BLOCKS = 4096;
/** Messages of one header: the links of a group, or the attributes of an object, up to 65 535 of each. */
const MAX_MESSAGES = 2 ** 18;

interface Block {
  readonly from: number;
  readonly length: number;
}

/** All messages of the object at an address, from all blocks of its header. */
export async function readObjectHeader(file: Hdf5File, at: number): Promise<readonly Message[]> {
  const head = await file.at(at, 4);
  return head.text(4) === 'OHDR' ? newHeader(file, at) : oldHeader(file, at);
}

async function oldHeader(file: Hdf5File, at: number): Promise<Message[]> {
  const head = await file.at(at, 16);
  const version = head.u8();
  if (version !== 1) file.fail({ kind: 'malformed', what: 'there is no object header here' }, at);
  head.u8();
  head.u16();
  head.u32();
  const first = { from: at + 16, length: head.u32() };
  return collect(file, first, async ({ from, length }) => {
    const cursor = await file.at(from, length);
    const messages: Message[] = [];
    while (cursor.remaining >= 8) {
      const type = cursor.u16();
      const size = cursor.u16();
      const flags = cursor.u8();
      cursor.bytes(3);
      messages.push(message(file, cursor, { type, size, flags, checked: false }));
    }
    return messages;
  });
}

async function newHeader(file: Hdf5File, at: number): Promise<Message[]> {
  const head = await file.at(at, 6);
  head.bytes(4);
  if (head.u8() !== 2)
    file.fail({ kind: 'unsupported', feature: 'this version of HDF5 object headers' }, at);
  const flags = head.u8();
  const before = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const length = integer(await file.at(at + before, sizeBytes), sizeBytes);
  const start = before + sizeBytes;
  const first = { from: at, length: start + length + 4 };
  return collect(file, first, async (block) => {
    const cursor = await file.checked(block.from, block.length, 'an object header');
    if (block === first) cursor.bytes(start);
    else expectSignature(cursor, 'OCHK');
    const messages: Message[] = [];
    const overhead = flags & 4 ? 6 : 4;
    while (cursor.remaining >= overhead) {
      const type = cursor.u8();
      const size = cursor.u16();
      const messageFlags = cursor.u8();
      if (flags & 4) cursor.u16();
      messages.push(message(file, cursor, { type, size, flags: messageFlags, checked: true }));
    }
    return messages;
  });
}

interface MessageHead {
  readonly type: number;
  readonly size: number;
  readonly flags: number;
  readonly checked: boolean;
}

function message(
  file: Hdf5File,
  cursor: Cursor,
  { type, size, flags, checked }: MessageHead,
): Message {
  const { offset } = cursor.place;
  const bytes = cursor.bytes(size);
  return {
    type,
    checked,
    shared: (flags & 2) !== 0,
    open: () => new Cursor(bytes, file.path, offset),
  };
}

async function collect(
  file: Hdf5File,
  first: Block,
  readBlock: (block: Block) => Promise<Message[]>,
): Promise<Message[]> {
  const blocks = [first];
  const seen = new Set<number>();
  const messages: Message[] = [];
  for (let block = blocks.shift(); block; block = blocks.shift()) {
    if (seen.has(block.from) || seen.size > MAX_BLOCKS)
      file.fail({ kind: 'malformed', what: 'an object header leads back to itself' }, block.from);
    seen.add(block.from);
    for (const found of await readBlock(block)) {
      if (found.type === MESSAGE.continuation) {
        const cursor = found.open();
        const from = address(cursor, file.offsetSize);
        const length = integer(cursor, file.lengthSize);
        if (from !== undefined) blocks.push({ from, length });
      } else messages.push(found);
    }
    if (messages.length > MAX_MESSAGES) {
      const problem = { size: messages.length, limit: MAX_MESSAGES } as const;
      file.fail({ kind: 'too-large', what: 'an object header', ...problem }, block.from);
    }
  }
  return messages;
}

/** A message that may stand in another object's header, as a committed datatype does. */
export async function openMessage(file: Hdf5File, found: Message): Promise<Cursor> {
  return found.shared ? openShared(file, found.open(), found.type) : found.open();
}

/** Follows a shared message from the cursor that says where it is. */
export async function openShared(file: Hdf5File, cursor: Cursor, type: number): Promise<Cursor> {
  const version = cursor.u8();
  const kind = cursor.u8();
  if (version === 1) cursor.bytes(6);
  if (version === 3 && kind === 1)
    cursor.fail({ kind: 'unsupported', feature: 'the shared message heap of HDF5' });
  const at = address(cursor, file.offsetSize);
  if (at === undefined) cursor.fail({ kind: 'malformed', what: 'a shared message is nowhere' });
  const there = (await readObjectHeader(file, at)).find((other) => other.type === type);
  if (!there || there.shared)
    file.fail({ kind: 'malformed', what: 'a shared message is not where it should be' }, at);
  return there.open();
}
