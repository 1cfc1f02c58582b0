import { CheckpointError, type Problem } from '#domain/problem.ts';
import { Cursor } from '#io/cursor.ts';

/** The bytes at the end of a file, from `start`. */
export interface Tail {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The end record, and the longest comment that it can have. */
export const TAIL_SIZE = 22 + 65_535;
/** Of an entry of the directory. */
export const ENTRY_SIGNATURE = 0x02014b50;

/** 100 bytes for each of more entries than any framework writes; read into memory at once. */
const MAX_DIRECTORY_SIZE = 2 ** 28;
const MAX_ENTRIES = 2_000_000;

const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_SIZE = 20;
const END64_SIZE = 56;

/** Where the directory is. */
export interface End {
  /** Of the directory, from the start of the file. */
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

/** Reads `[zip64 end record · its locator] · end record · comment`, and refuses what can be read in two ways. */
export function parseEnd(tail: Tail, path: string): End {
  const at = findEnd(tail, path);
  const cursor = new Cursor(tail.bytes.subarray(at), path, tail.start + at);
  const narrow = endFields(cursor);
  const wide = parseEnd64(tail, at, path);
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path, offset: tail.start + at });
  };
  const fields = ['disk', 'count', 'size', 'start'] as const;
  if (wide && fields.some((field) => !saysTheSame(narrow[field], wide[field], field))) {
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
