import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { maskedCrc32c } from './crc32c.ts';
import { decompressSnappy } from './snappy.ts';

/** Two handles of at most 20 bytes each, zeros up to 40, and the magic number. */
export const FOOTER = 48;
/** Of a block: its type and checksum. */
const TRAILER = 5;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
/** Flipped bits that still leave a magic number; of 64 random ones, about 32 differ. */
const DAMAGED_BITS = 8;
/** TensorFlow ends a block at 256 kB; only a single entry makes one longer. */
const MAX_BLOCK_SIZE = 64 * 2 ** 20;
/** Keys written out, for each byte of their block: writers give every 16th key in full. */
const MAX_KEY_BYTES = 64;

/** The bytes of a block, its trailer left out, counted from the start of the file. */
export interface BlockHandle {
  readonly offset: number;
  readonly size: number;
  /** No key of the block is greater; every key of the next one is. Only of data blocks. */
  readonly until?: Uint8Array;
}

/** Both are views of their block; keys are bytes, not text. */
export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array<ArrayBuffer>;
}

/** Whether a file's last bytes are those of a table. */
export function tableMagic(tail: Uint8Array): 'present' | 'damaged' | 'absent' {
  const last = tail.subarray(-MAGIC.length);
  if (last.length < MAGIC.length) return 'absent';
  const wrong = MAGIC.reduce((sum, byte, i) => sum + bitCount(byte ^ (last[i] ?? 0)), 0);
  if (wrong === 0) return 'present';
  return wrong <= DAMAGED_BITS ? 'damaged' : 'absent';
}

/**
 * The data blocks of a LevelDB table (SSTable), from its end backwards:
 *
 *     data blocks · … · index block · footer: metaindex handle, index handle, zeros, magic number
 *
 * Two reads. Throws `CheckpointError`.
 *
 * @see https://github.com/google/leveldb/blob/main/doc/table_format.md
 */
export async function openTable(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<readonly BlockHandle[]> {
  const { path, size } = source;
  const start = size - FOOTER;
  if (start < 0) throw new CheckpointError({ kind: 'truncated', needed: FOOTER, size }, { path });
  const footer = await source.read(start, size, signal);
  const magic = tableMagic(footer);
  const cursor = new Cursor(footer, path, start);
  if (magic === 'damaged') {
    cursor.fail({ kind: 'corrupt', what: 'the magic number at its end is damaged' });
  }
  if (magic === 'absent') {
    cursor.fail({ kind: 'malformed', what: 'the magic number at its end is missing' });
  }
  const [, index] = orMalformed(path, start, () => [readHandle(cursor), readHandle(cursor)]);
  const entries = await readBlock(source, index, signal);
  const handles = orMalformed(path, index.offset, () =>
    entries.map(({ key, value }) => ({ ...readHandle(new Cursor(value, path)), until: key })),
  );
  checkOrder(handles, path);
  return handles;
}

/**
 * The entries of one block, in ascending order of their keys. One read.
 * Throws `corrupt` where its checksum does not match.
 *
 * @param limit bytes of a block, for tables with larger entries than TensorFlow's indexes have
 */
export async function readBlock(
  source: ByteSource,
  { offset, size }: BlockHandle,
  signal?: AbortSignal,
  limit = MAX_BLOCK_SIZE,
): Promise<readonly TableEntry[]> {
  const { path } = source;
  const place = { path, offset };
  const end = offset + size;
  if (size > limit) {
    throw new CheckpointError({ kind: 'too-large', what: 'a block', size, limit }, place);
  }
  if (end + TRAILER > source.size - FOOTER)
    throw malformed('a block lies past its end', path, offset);
  const stored = await source.read(offset, end + TRAILER, signal);
  const checksum = new Cursor(stored.subarray(size + 1), path, end + 1).u32();
  if (maskedCrc32c(stored, 0, size + 1) !== checksum) {
    const what = `the checksum of the ${size} bytes from byte ${offset} does not match`;
    throw new CheckpointError({ kind: 'corrupt', what }, place);
  }
  return orMalformed(path, offset, () => {
    const cursor = new Cursor(stored.subarray(0, size), path, offset);
    const type = stored[size];
    if (type === 0) return parseEntries(stored.subarray(0, size), path);
    if (type === 1) return parseEntries(decompressSnappy(cursor, limit), path);
    return cursor.fail({ kind: 'unsupported', feature: `block compression ${type}` });
  });
}

/**
 * Entries, each `shared · unshared · value length · rest of the key · value`, where `shared` bytes come from
 * the key before; then where keys stand in full, which only a search needs: `u32 … · u32 count`.
 */
function parseEntries(block: Uint8Array<ArrayBuffer>, path: string): readonly TableEntry[] {
  const restarts = new Cursor(block.subarray(-4), path).u32();
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw malformed('a block has more restarts than bytes', path);
  const cursor = new Cursor(block.subarray(0, end), path);
  const entries: TableEntry[] = [];
  let previous: Uint8Array = new Uint8Array();
  let keyBytes = 0;
  while (!cursor.done) {
    const shared = cursor.varint();
    const unshared = cursor.varint();
    const length = cursor.varint();
    if (shared > previous.length) throw malformed('a key shares more than there is', path);
    keyBytes += shared + unshared;
    if (keyBytes > MAX_KEY_BYTES * block.length) throw malformed('its keys go on and on', path);
    const rest = cursor.bytes(unshared);
    const key = shared === 0 ? rest : join(previous.subarray(0, shared), rest);
    if (entries.length > 0 && compareKeys(previous, key) >= 0) {
      throw malformed('its keys are not in order', path);
    }
    entries.push({ key, value: cursor.bytes(length) });
    previous = key;
  }
  return entries;
}

/** Bytewise, as LevelDB orders them. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function readHandle(cursor: Cursor): BlockHandle {
  return { offset: cursor.varint(), size: cursor.varint() };
}

/** Blocks that lie twice in one place would make a small file endless. */
function checkOrder(handles: readonly BlockHandle[], path: string): void {
  let end = 0;
  for (const { offset, size } of handles) {
    if (offset < end) throw malformed('its blocks are not in order', path, offset);
    end = offset + size + TRAILER;
  }
}

/** Inside a block, whose size is known, an end too early is not the end of the file. */
function orMalformed<const T>(path: string, offset: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.problem.kind !== 'truncated') throw error;
    throw malformed('an entry is longer than its block', path, offset, error);
  }
}

function malformed(what: string, path: string, offset?: number, cause?: Error): CheckpointError {
  const problem: Problem = { kind: 'malformed', what };
  return new CheckpointError(problem, offset === undefined ? { path } : { path, offset }, {
    cause,
  });
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function bitCount(byte: number): number {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>>= 1) bits += rest & 1;
  return bits;
}
