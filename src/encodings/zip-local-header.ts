import { CheckpointError, type Problem } from '#domain/problem.ts';
import { Cursor } from '#io/cursor.ts';
import { storedName, type ZipEntry } from './zip-directory.ts';

const SIGNATURE = 0x04034b50;
const FIXED_SIZE = 30;
/** The sizes follow the contents, and are 0 in the local header. */
const DESCRIPTOR = 0x8;
/** Bytes of a name that a fault of the disk changes; more are another name. */
const MAX_DAMAGED = 2;
/** Flags that say how the contents are to be understood; others are hints. */
const MEANING = 0x1 | 0x8 | 0x20 | 0x40 | 0x2000;

/** Bytes of a local header without its extra fields. */
export function headerSize({ nameLength }: ZipEntry): number {
  return FIXED_SIZE + nameLength;
}

/**
 * Where the contents of an entry start, from the start of the file. `bytes` begin with its local header.
 * Throws `malformed` when the header contradicts the directory, `unsafe` when it has another name:
 * readers that go through the file from its start would then see another archive.
 */
export function parseLocalHeader(
  bytes: Uint8Array<ArrayBuffer>,
  entry: ZipEntry,
  path: string,
): number {
  const { offset, name } = entry;
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path, offset });
  };
  const broken = `the local header of ${name} is damaged`;
  if (bytes.length < headerSize(entry)) fail({ kind: 'malformed', what: broken });
  const cursor = new Cursor(bytes, path, offset);
  if (cursor.u32() !== SIGNATURE) fail({ kind: 'malformed', what: broken });
  cursor.u16();
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.u32();
  cursor.u32();
  const sizes = [cursor.u32(), cursor.u32()];
  const nameLength = cursor.u16();
  const extraLength = cursor.u16();
  const differing =
    nameLength === entry.nameLength
      ? countDiffering(cursor.bytes(nameLength), storedName(entry))
      : Infinity;
  if (differing > MAX_DAMAGED) {
    fail({ kind: 'unsafe', what: `${name} has another name in its local header` });
  }
  if (differing > 0) fail({ kind: 'malformed', what: broken });
  const agree =
    method === entry.method &&
    (flags & MEANING) === (entry.flags & MEANING) &&
    saysTheSame(sizes, flags, [entry.compressedSize, entry.size]);
  if (!agree) fail({ kind: 'malformed', what: `the two headers of ${name} disagree` });
  const start = offset + headerSize(entry) + extraLength;
  if (start + entry.compressedSize > entry.end) {
    fail({ kind: 'malformed', what: `${name} does not fit before the entry behind it` });
  }
  return start;
}

/** Sizes that are left to the descriptor are 0, those that are left to zip64 are full. */
function saysTheSame(sizes: readonly number[], flags: number, expected: readonly number[]) {
  return sizes.every(
    (size, index) =>
      size === expected[index] || (size === 0 && (flags & DESCRIPTOR) !== 0) || size === 0xffffffff,
  );
}

function countDiffering(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((count, byte, index) => count + (byte === b[index] ? 0 : 1), 0);
}
