import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { lookup3 } from './lookup3.ts';
import { pagedSource } from './pages.ts';
import { bitCount, hdf5Signature, isSignature } from './signature.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Field sizes of one file, and the way to its bytes. */
export interface Hdf5File {
  readonly path: string;
  /** Bytes that a file offset takes: 2, 4 or 8. */
  readonly offsetSize: number;
  readonly lengthSize: number;
  /** Superblock version. */
  readonly version: number;
  /** Address of the root group's object header. */
  readonly root: number;
  /** Where the file says that it ends, in bytes from its start. */
  readonly endOfFile: number;
  /** Bytes of the file as it is. */
  readonly size: number;
  /** Where addresses are counted from: after what stands in front. */
  readonly base: number;
  /** Whether it was being written when it was last closed, or still is; before version 3, nothing says so. */
  readonly unfinished: boolean;
  /** Metadata at an address: cached in pages. */
  at(address: number, length: number): Promise<Cursor>;
  /** Metadata with a checksum as its last four bytes, which is compared. */
  checked(address: number, length: number, what: string): Promise<Cursor>;
  /** Raw data at an address, not cached. */
  raw(address: number, length: number, signal?: AbortSignal): Promise<Bytes>;
  fail(problem: Problem, address?: number): never;
  /**
   * The same file, out of which no more metadata is read than a whole file has: blocks that lie over one
   * another, or lead back, could keep a reader busy for hours.
   */
  limited(): Hdf5File;
}

/** No object header, heap or node of a real file comes near; it bounds what one damaged size can cost. */
const MAX_METADATA = 2 ** 26;

/** The smallest superblock, with offsets of 2 bytes. */
const MIN_SIZE = 24;
/** Metadata is read twice at most: its size first, then all of it. */
const READS = 4;
/** So that small files need not be exact. */
const READS_FLOOR = 2 ** 22;

/** An unsigned integer of `size` bytes; all ones, for "undefined", give `undefined`. */
export function address(cursor: Cursor, size: number): number | undefined {
  const bytes = cursor.bytes(size);
  if (bytes.every((byte) => byte === 0xff)) return undefined;
  return unsigned(bytes, cursor);
}

/** An unsigned integer of `size` bytes, little-endian. */
export function integer(cursor: Cursor, size: number): number {
  return unsigned(cursor.bytes(size), cursor);
}

function unsigned(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + (bytes[i] ?? 0);
  return Number.isSafeInteger(value)
    ? value
    : cursor.fail({ kind: 'malformed', what: 'an offset is past 2^53' });
}

/** Flipped bits that still leave a signature of 4 letters. */
const DAMAGED_BITS = 3;

/** The four letters with which a block of metadata begins. */
export function expectSignature(cursor: Cursor, signature: string): void {
  const { place } = cursor;
  const found = cursor.bytes(4);
  const wrong = [...found].reduce((n, byte, i) => n + bitCount(byte ^ signature.charCodeAt(i)), 0);
  if (wrong === 0) return;
  if (wrong <= DAMAGED_BITS) {
    const what = `the signature of a ${signature} block is damaged`;
    throw new CheckpointError({ kind: 'corrupt', what }, place);
  }
  throw new CheckpointError({ kind: 'malformed', what: `no ${signature} block here` }, place);
}

/**
 * Finds and reads the superblock, versions 0 to 3.
 *
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
 */
export async function openFile(source: ByteSource, signal?: AbortSignal): Promise<Hdf5File> {
  const pages = pagedSource(source);
  for (let base = 0; base + MIN_SIZE <= source.size; base = base === 0 ? 512 : base * 2) {
    const head = await pages.read(base, base + 8, signal);
    if (isSignature(head)) return superblock(source, pages, base);
  }
  const place = { path: source.path, offset: 0 };
  const { size } = source;
  const head = await pages.read(0, Math.min(8, size), signal);
  if (size < MIN_SIZE && (size === 0 || isSignature(head)))
    throw new CheckpointError({ kind: 'truncated', needed: MIN_SIZE, size }, place);
  if (hdf5Signature(head) === 'damaged')
    throw new CheckpointError({ kind: 'corrupt', what: 'its signature is damaged' }, place);
  throw new CheckpointError({ kind: 'malformed', what: 'there is no HDF5 signature' }, place);
}

interface Fields {
  readonly version: number;
  readonly offsetSize: number;
  readonly lengthSize: number;
  readonly root: number | undefined;
  /** Of everything in the file, as written; moved when something was put in front of it. */
  readonly baseAddress: number;
  readonly endOfFile: number;
  readonly unfinished: boolean;
}

async function superblock(source: ByteSource, pages: ByteSource, base: number): Promise<Hdf5File> {
  const end = Math.min(source.size, base + 128);
  const bytes = await pages.read(base, end);
  const cursor = new Cursor(bytes, source.path, base);
  cursor.bytes(8);
  const version = cursor.u8();
  if (version > 3)
    cursor.fail({ kind: 'unsupported', feature: `HDF5 superblock version ${version}` });
  const fields = version < 2 ? oldFields(cursor, version) : newFields(cursor, version, bytes);
  const root = fields.root ?? cursor.fail({ kind: 'malformed', what: 'there is no root group' });
  const endOfFile = fields.endOfFile + base - fields.baseAddress;
  return access(source, pages, base, { ...fields, root, endOfFile });
}

function oldFields(cursor: Cursor, version: number): Fields {
  cursor.bytes(4);
  const [offsetSize, lengthSize] = sizes(cursor);
  cursor.bytes(1 + 4 + 4 + (version === 1 ? 4 : 0));
  const baseAddress = address(cursor, offsetSize) ?? 0;
  address(cursor, offsetSize);
  const endOfFile = integer(cursor, offsetSize);
  address(cursor, offsetSize);
  integer(cursor, lengthSize); // the library writes this name offset as a length, whatever the text says
  const root = address(cursor, offsetSize);
  return { version, offsetSize, lengthSize, endOfFile, root, baseAddress, unfinished: false };
}

function newFields(cursor: Cursor, version: number, bytes: Bytes): Fields {
  const [offsetSize, lengthSize] = sizes(cursor);
  const flags = cursor.u8();
  const baseAddress = address(cursor, offsetSize) ?? 0;
  address(cursor, offsetSize);
  const endOfFile = integer(cursor, offsetSize);
  const root = address(cursor, offsetSize);
  const covered = 12 + 4 * offsetSize;
  if (cursor.u32() !== lookup3(bytes.subarray(0, covered)))
    cursor.fail({ kind: 'corrupt', what: 'the checksum of the superblock is wrong' });
  const unfinished = version > 2 && flags !== 0;
  return { version, offsetSize, lengthSize, endOfFile, root, baseAddress, unfinished };
}

function sizes(cursor: Cursor): [number, number] {
  const pair = [cursor.u8(), cursor.u8()] as [number, number];
  if (!pair.every((size) => [2, 4, 8].includes(size)))
    cursor.fail({ kind: 'malformed', what: `offsets of ${pair[0]} bytes` });
  return pair;
}

function access(
  source: ByteSource,
  pages: ByteSource,
  base: number,
  fields: Omit<Fields, 'root'> & { readonly root: number },
): Hdf5File {
  const { path, size } = source;
  /** The block whose checksum was compared last: the same one is often asked for again. */
  let last: { readonly at: number; readonly bytes: Bytes } | undefined;

  function fail(problem: Problem, at?: number): never {
    throw new CheckpointError(problem, {
      path,
      ...(at === undefined ? {} : { offset: base + at }),
    });
  }

  function expect(from: number, length: number): void {
    if (base + from + length <= size) return;
    const { endOfFile } = fields;
    if (endOfFile > size) fail({ kind: 'truncated', needed: endOfFile, size }, from);
    fail({ kind: 'malformed', what: 'an address leads out of the file' }, from);
  }

  function open(budget: number): Hdf5File {
    let left = budget;

    async function read(from: number, length: number, what: string): Promise<Bytes> {
      if (length > MAX_METADATA)
        fail({ kind: 'too-large', what, size: length, limit: MAX_METADATA }, from);
      expect(from, length);
      left -= length;
      if (left < 0)
        fail({ kind: 'too-large', what: 'its metadata', size: budget - left, limit: budget }, from);
      return pages.read(base + from, base + from + length);
    }

    return {
      path,
      size,
      base,
      ...fields,
      fail,
      limited: () => open(READS * size + READS_FLOOR),
      async at(from, length) {
        return new Cursor(await read(from, length, 'a block of metadata'), path, base + from);
      },
      async checked(from, length, what) {
        if (last?.at === from && last.bytes.length === length) {
          left -= length;
        } else {
          const bytes = await read(from, length, what);
          const end = length - 4;
          const stored = new Cursor(bytes.subarray(end), path, base + from + end).u32();
          if (stored !== lookup3(bytes.subarray(0, end)))
            fail({ kind: 'corrupt', what: `the checksum of ${what} is wrong` }, from);
          last = { at: from, bytes };
        }
        return new Cursor(last.bytes.subarray(0, length - 4), path, base + from);
      },
      async raw(from, length, signal) {
        expect(from, length);
        return source.read(base + from, base + from + length, signal);
      },
    };
  }

  return open(Number.POSITIVE_INFINITY);
}

/** An end that comes too early inside of a block is damage; only the file itself is ever cut short. */
export function asDamage(error: CheckpointError, { size }: Hdf5File): CheckpointError {
  const { problem, place } = error;
  if (problem.kind !== 'truncated' || problem.size === size) return error;
  const what = 'a block of metadata ends too early';
  return new CheckpointError({ kind: 'malformed', what }, place, { cause: error });
}
