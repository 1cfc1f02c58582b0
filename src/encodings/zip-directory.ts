import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { ENTRY_SIGNATURE, parseEnd, TAIL_SIZE, type Tail } from './zip-end-record.ts';

/** What the central directory says of one file in the archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of the name as it is stored. */
  readonly nameLength: number;
  /** `latin1` where the stored name is not UTF-8, as which all frameworks write it. */
  readonly nameEncoding: 'utf8' | 'latin1';
  /** 0: stored, 8: deflated, anything else cannot be read. */
  readonly method: number;
  readonly flags: number;
  /** Of the contents; 0 where the writer left it out. */
  readonly crc32: number;
  /** Bytes of the contents. */
  readonly size: number;
  /** Bytes in the archive. */
  readonly compressedSize: number;
  /** Of the local header, from the start of the file. */
  readonly offset: number;
  /** Where the next local header starts, or the directory: all of the entry lies before it. */
  readonly end: number;
}

/** The entries in the order of their offsets, and what was read to find them. */
export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** The small records before it, which were read with it. */
  readonly tail: Tail;
}

/** Read from a large file at once, since many small reads cost more: half a thousandth, up to this. */
const MAX_TAIL = 2 ** 19;
const TAIL_SHARE = 2000;
/** Small records lie before the directory; read with it, they cost no read of their own. */
const BEFORE = 4096;
/** Kept of what was read besides the directory. */
const KEPT = 2 ** 16;

const LOCAL_HEADER_SIZE = 30;

/** Encryption, "patched data", strong encryption, masked headers. */
const ENCRYPTED = 0x1 | 0x20 | 0x40 | 0x2000;
const ZIP64_EXTRA = 0x0001;
const UNICODE_NAME_EXTRA = 0x7075;

/**
 * Reads the central directory, in one read unless it is larger than 64 KB (more in large files).
 *
 * local headers and contents … · directory · [zip64 end record · its locator] · end record · comment.
 * An archive that two readers could see differently is refused as `unsafe`: bytes before or behind it,
 * several end records, a name twice, entries that overlap.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readDirectory(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<ZipDirectory> {
  const { path, size } = source;
  const start = Math.max(0, size - Math.max(TAIL_SIZE, Math.min(MAX_TAIL, size / TAIL_SHARE)));
  const last = await readTail(source, Math.floor(start), size, signal);
  const end = parseEnd(last, path);
  const tail =
    end.start >= last.start
      ? last
      : await readTail(source, Math.max(0, end.start - BEFORE), end.start + end.size, signal);
  const at = end.start - tail.start;
  const bytes = tail.bytes.subarray(at, at + end.size);
  const entries = parseEntries(new Cursor(bytes, path, end.start));
  if (entries.length !== end.count) {
    const what = `the end record counts ${end.count} entries, the directory has ${entries.length}`;
    throw new CheckpointError({ kind: 'malformed', what }, { path, offset: end.start });
  }
  const arranged = arrange(entries, end.start, path);
  await checkNames(arranged, source, signal);
  const kept = Math.max(0, at - KEPT);
  return {
    entries: arranged,
    tail: { start: tail.start + kept, bytes: tail.bytes.slice(kept, at) },
  };
}

async function readTail(source: ByteSource, start: number, end: number, signal?: AbortSignal) {
  return { start, bytes: await source.read(start, end, signal) };
}

function parseEntries(cursor: Cursor): Omit<ZipEntry, 'end'>[] {
  const entries: Omit<ZipEntry, 'end'>[] = [];
  try {
    while (!cursor.done) entries.push(parseEntry(cursor));
  } catch (cause) {
    // The directory ends inside an entry, but the file goes on.
    if (!(cause instanceof CheckpointError) || cause.problem.kind !== 'truncated') throw cause;
    const what = 'an entry of the directory is longer than the directory';
    throw new CheckpointError({ kind: 'malformed', what }, cause.place, { cause });
  }
  return entries;
}

function parseEntry(cursor: Cursor): Omit<ZipEntry, 'end'> {
  if (cursor.u32() !== ENTRY_SIGNATURE) {
    cursor.fail({ kind: 'malformed', what: 'an entry of the directory has no signature' });
  }
  cursor.u32();
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.u32();
  const crc32 = cursor.u32();
  const sizes = { compressedSize: cursor.u32(), size: cursor.u32() };
  const [nameLength, extraLength, commentLength] = [cursor.u16(), cursor.u16(), cursor.u16()];
  const disk = cursor.u16();
  cursor.bytes(6);
  const offset = cursor.u32();
  const rawName = cursor.bytes(nameLength);
  const { name, nameEncoding } = decodeName(rawName);
  if (flags & ENCRYPTED) {
    cursor.fail({ kind: 'unsupported', feature: `encryption, which ${name} is marked with,` });
  }
  const extra = parseExtra(cursor.slice(extraLength), rawName, { ...sizes, offset, disk });
  cursor.bytes(commentLength);
  if (extra.disk !== 0) {
    cursor.fail({ kind: 'unsupported', feature: 'a zip archive of several volumes' });
  }
  if (method === 0 && extra.size !== extra.compressedSize) {
    cursor.fail({ kind: 'malformed', what: `${name} is stored as it is, but has two sizes` });
  }
  if (rawName.includes(0)) {
    cursor.fail({ kind: 'unsafe', what: 'the name of an entry has a NUL in it' });
  }
  const { size, compressedSize } = extra;
  return {
    ...{ name, nameLength, nameEncoding, method, flags, crc32 },
    ...{ size, compressedSize, offset: extra.offset },
  };
}

interface Wide {
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
  readonly disk: number;
}

/** Fields too large for the entry stand in its zip64 extra, in this order, only those that are. */
function parseExtra(extra: Cursor, rawName: Uint8Array, narrow: Wide): Wide {
  let wide = narrow;
  let seen = false;
  while (!extra.done) {
    // A last part shorter than its own header is padding, as some writers align with.
    if (extra.remaining < 4) break;
    const id = extra.u16();
    const part = extra.slice(extra.u16());
    if (id === UNICODE_NAME_EXTRA) checkUnicodeName(part, rawName);
    if (id !== ZIP64_EXTRA) continue;
    if (seen) extra.fail({ kind: 'unsafe', what: 'an entry gives its size twice' });
    seen = true;
    wide = parseZip64(part, narrow);
  }
  const { size, compressedSize, offset } = wide;
  if (!seen && [size, compressedSize, offset].includes(0xffffffff)) {
    extra.fail({ kind: 'malformed', what: 'an entry has no zip64 sizes, though it needs them' });
  }
  return wide;
}

function parseZip64(part: Cursor, narrow: Wide): Wide {
  const wide = (value: number, what: string) => (value === 0xffffffff ? part.u64(what) : value);
  const size = wide(narrow.size, 'the size of an entry');
  const compressedSize = wide(narrow.compressedSize, 'the size of an entry');
  const offset = wide(narrow.offset, 'the offset of an entry');
  const disk = narrow.disk === 0xffff ? part.u32() : narrow.disk;
  return { size, compressedSize, offset, disk };
}

/** `version u8 · CRC-32 of the name u32 · name`: a second name, which some readers prefer. */
function checkUnicodeName(part: Cursor, rawName: Uint8Array): void {
  if (part.remaining < 5) return;
  part.bytes(5);
  const other = part.bytes(part.remaining);
  const ascii = rawName.every((byte) => byte < 0x80);
  if (ascii && !sameBytes(other, rawName)) {
    part.fail({ kind: 'unsafe', what: 'an entry has two names' });
  }
}

/** Sorted by offset, each with its end; no two lie over each other. */
function arrange(
  entries: readonly Omit<ZipEntry, 'end'>[],
  directory: number,
  path: string,
): ZipEntry[] {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  const arranged = sorted.map((entry, index) => ({
    ...entry,
    end: sorted[index + 1]?.offset ?? directory,
  }));
  for (const { name, offset, end, nameLength, compressedSize } of arranged) {
    const needed = offset + LOCAL_HEADER_SIZE + nameLength + compressedSize;
    if (needed <= end) continue;
    throw new CheckpointError(
      needed > directory
        ? { kind: 'malformed', what: `${name} does not fit before the directory` }
        : { kind: 'unsafe', what: `${name} lies over the entry behind it` },
      { path, offset },
    );
  }
  const first = arranged[0]?.offset ?? directory;
  if (first > 0) {
    const what = `${first} bytes stand before the archive`;
    throw new CheckpointError({ kind: 'unsafe', what }, { path });
  }
  return arranged;
}

/**
 * Names must be unique. Where one is there twice because the directory is damaged, the local headers
 * still have the right ones.
 */
async function checkNames(
  entries: readonly ZipEntry[],
  source: ByteSource,
  signal?: AbortSignal,
): Promise<void> {
  const seen = new Map<string, ZipEntry>();
  for (const entry of entries) {
    const { name, offset } = entry;
    const twin = seen.get(name);
    seen.set(name, entry);
    if (!twin) continue;
    const place = { path: source.path, offset };
    for (const { offset, nameLength } of [twin, entry]) {
      const start = offset + LOCAL_HEADER_SIZE;
      const local = await source.read(start, start + nameLength, signal);
      if (sameBytes(local, storedName(entry))) continue;
      const what = `the directory calls an entry ${name} that has another name of its own`;
      throw new CheckpointError({ kind: 'malformed', what }, place);
    }
    throw new CheckpointError(
      { kind: 'unsafe', what: `the archive has two entries ${name}` },
      place,
    );
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that are not UTF-8 become one character each. */
function decodeName(bytes: Uint8Array): Pick<ZipEntry, 'name' | 'nameEncoding'> {
  try {
    return { name: utf8.decode(bytes), nameEncoding: 'utf8' };
  } catch {
    return { name: String.fromCharCode(...bytes), nameEncoding: 'latin1' };
  }
}

/** The name of an entry as it must stand in its local header. */
export function storedName({ name, nameEncoding }: ZipEntry): Uint8Array {
  if (nameEncoding === 'utf8') return new TextEncoder().encode(name);
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}
