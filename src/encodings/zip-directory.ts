import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';

/** What the central directory says of one file in the archive. */
export interface ZipEntry {
  readonly name: string;
  /** The name as it is stored. */
  readonly rawName: Uint8Array;
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
  /** Where the directory starts: nothing of any entry lies behind it. */
  readonly start: number;
  readonly tail: Tail;
}

/** The bytes at the end of a file, from `start`. */
export interface Tail {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The end record, and the longest comment that it can have. */
const TAIL_SIZE = 22 + 65_535;
/** 100 bytes for each of more entries than any framework writes; read into memory at once. */
const MAX_DIRECTORY_SIZE = 2 ** 28;
const MAX_ENTRIES = 2_000_000;

const LOCAL_HEADER_SIZE = 30;
const ENTRY_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_SIZE = 20;
const END64_SIZE = 56;

/** Encryption, "patched data", strong encryption, masked headers. */
const ENCRYPTED = 0x1 | 0x20 | 0x40 | 0x2000;
const ZIP64_EXTRA = 0x0001;
const UNICODE_NAME_EXTRA = 0x7075;

/**
 * Reads the central directory, in one read unless it is larger than 64 KB.
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
  const start = Math.max(0, size - TAIL_SIZE);
  const tail = { start, bytes: await source.read(start, size, signal) };
  const end = parseEnd(tail, path);
  const bytes =
    end.start >= start
      ? tail.bytes.subarray(end.start - start, end.start - start + end.size)
      : await source.read(end.start, end.start + end.size, signal);
  const entries = parseEntries(new Cursor(bytes, path, end.start));
  if (entries.length !== end.count) {
    const what = `the end record counts ${end.count} entries, the directory has ${entries.length}`;
    throw new CheckpointError({ kind: 'malformed', what }, { path, offset: end.start });
  }
  return { entries: arrange(entries, end.start, path), start: end.start, tail };
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

interface End {
  /** Of the directory, from the start of the file. */
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

function parseEnd(tail: Tail, path: string): End {
  const at = findEnd(tail, path);
  const cursor = new Cursor(tail.bytes.subarray(at), path, tail.start + at);
  const narrow = endFields(cursor);
  const wide = parseEnd64(tail, at, path);
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path, offset: tail.start + at });
  };
  const agree = ['disk', 'count', 'size', 'start'] as const;
  if (wide && agree.some((field) => !saysTheSame(narrow[field], wide[field], field))) {
    fail({ kind: 'malformed', what: 'the two end records of the archive disagree' });
  }
  const end = wide ?? narrow;
  if (end.disk !== 0) fail({ kind: 'unsupported', feature: 'a zip archive of several volumes' });
  if (end.count > MAX_ENTRIES || end.size > MAX_DIRECTORY_SIZE) {
    fail({ kind: 'too-large', what: 'the directory', size: end.size, limit: MAX_DIRECTORY_SIZE });
  }
  checkPosition(end, wide ? wide.at : tail.start + at, tail, path);
  return end;
}

/** `disk u16 · directory's disk u16 · entries here u16 · entries u16 · size u32 · offset u32 · comment` */
function endFields(cursor: Cursor) {
  cursor.u32();
  const disk = cursor.u16() | cursor.u16();
  const here = cursor.u16();
  const count = cursor.u16();
  if (here !== count) cursor.fail({ kind: 'malformed', what: 'the end record counts twice' });
  return { disk, count, size: cursor.u32(), start: cursor.u32() };
}

/** A field of the old record that is full stands for the one in the zip64 record. */
function saysTheSame(narrow: number, wide: number, field: 'disk' | 'count' | 'size' | 'start') {
  const full = field === 'disk' || field === 'count' ? 0xffff : 0xffffffff;
  return narrow === wide || narrow === full;
}

/** The position in the tail of the only end record that ends with the file. */
function findEnd({ start, bytes }: Tail, path: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = start + bytes.length;
  const found: number[] = [];
  for (let at = bytes.length - 4; at >= 0; at--) {
    if (bytes[at] === 0x50 && view.getUint32(at, true) === END_SIGNATURE) found.push(at);
  }
  const after = (at: number) =>
    at + 22 > bytes.length ? at + 22 : at + 22 + view.getUint16(at + 20, true);
  const whole = found.filter((at) => after(at) === bytes.length);
  const [last] = found;
  const [chosen] = whole;
  const unsafe = (what: string) => new CheckpointError({ kind: 'unsafe', what }, { path });
  if (chosen !== undefined) {
    if (chosen === last && whole.length === 1) return chosen;
    throw unsafe('the archive has more than one end record');
  }
  if (last !== undefined && after(last) < bytes.length && isOurs(view, last, start)) {
    throw unsafe(`${bytes.length - after(last)} bytes follow the end of the archive`);
  }
  const needed = Math.max(size + 1, start + (last === undefined ? 0 : after(last)));
  throw new CheckpointError({ kind: 'truncated', needed, size }, { path, offset: size });
}

/** Whether an end record belongs to this file, not to an archive stored within. */
function isOurs(view: DataView, at: number, start: number): boolean {
  const directoryEnd = view.getUint32(at + 12, true) + view.getUint32(at + 16, true);
  const zip64 = at >= LOCATOR_SIZE && view.getUint32(at - LOCATOR_SIZE, true) === LOCATOR_SIGNATURE;
  return directoryEnd === start + at - (zip64 ? LOCATOR_SIZE + END64_SIZE : 0);
}

function parseEnd64({ start, bytes }: Tail, endAt: number, path: string) {
  const locatorAt = endAt - LOCATOR_SIZE;
  if (locatorAt < 0) return undefined;
  const locator = new Cursor(bytes.subarray(locatorAt), path, start + locatorAt);
  if (locator.u32() !== LOCATOR_SIGNATURE) return undefined;
  const locatorDisk = locator.u32();
  const said = locator.u64('the end record');
  const at = locatorAt - END64_SIZE;
  const cursor = new Cursor(bytes.subarray(Math.max(0, at)), path, start + Math.max(0, at));
  if (at < 0 || cursor.u32() !== END64_SIGNATURE) {
    return cursor.fail({ kind: 'malformed', what: 'the zip64 end record is not where it must be' });
  }
  const length = cursor.u64('the end record');
  cursor.u32();
  const disk = cursor.u32() | cursor.u32() | locatorDisk;
  const here = cursor.u64('the count of entries');
  const count = cursor.u64('the count of entries');
  if (here !== count || length !== END64_SIZE - 12) {
    cursor.fail({ kind: 'malformed', what: 'the zip64 end record contradicts itself' });
  }
  const size = cursor.u64('the directory');
  const directory = cursor.u64('the offset of the directory');
  if (said !== start + at && said - directory !== size) {
    cursor.fail({ kind: 'malformed', what: 'the locator points beside the zip64 end record' });
  }
  return { at: start + at, disk, count, size, start: directory };
}

/** The directory must end where the end records start. */
function checkPosition(end: End, endAt: number, tail: Tail, path: string): void {
  const shift = endAt - (end.start + end.size);
  if (shift === 0) return;
  const at = endAt - end.size - tail.start;
  const view = new DataView(tail.bytes.buffer, tail.bytes.byteOffset, tail.bytes.byteLength);
  const moved =
    shift > 0 && at >= 0 && end.size >= 4 && view.getUint32(at, true) === ENTRY_SIGNATURE;
  throw new CheckpointError(
    moved
      ? { kind: 'unsafe', what: `${shift} bytes stand before the archive` }
      : { kind: 'malformed', what: 'the directory is not where the end record says' },
    { path, offset: end.start },
  );
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
  const name = decodeName(rawName);
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
  return { name, rawName, method, flags, crc32, size, compressedSize, offset: extra.offset };
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

/** Sorted by offset, each with its end; names are unique, and no two lie over each other. */
function arrange(
  entries: readonly Omit<ZipEntry, 'end'>[],
  directory: number,
  path: string,
): ZipEntry[] {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  const names = new Set<string>();
  const first = sorted[0]?.offset ?? directory;
  if (first !== 0) {
    const what = `${first} bytes stand before the archive`;
    throw new CheckpointError({ kind: 'unsafe', what }, { path });
  }
  return sorted.map((entry, index) => {
    const { name, offset } = entry;
    const fail = (problem: Problem): never => {
      throw new CheckpointError(problem, { path, offset });
    };
    if (names.has(name)) fail({ kind: 'unsafe', what: `the archive has two entries ${name}` });
    names.add(name);
    const end = sorted[index + 1]?.offset ?? directory;
    const needed = offset + LOCAL_HEADER_SIZE + entry.rawName.length + entry.compressedSize;
    if (needed > directory) {
      fail({ kind: 'malformed', what: `${name} does not fit before the directory` });
    }
    if (needed > end) fail({ kind: 'unsafe', what: `${name} lies over the entry behind it` });
    return { ...entry, end };
  });
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 as all frameworks write it; bytes that are not UTF-8 one character each. */
function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}
