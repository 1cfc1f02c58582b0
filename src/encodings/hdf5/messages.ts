import type { Cursor } from '#io/cursor.ts';
import { address, type Hdf5File, integer } from './file.ts';

/** Sizes per axis; `null`: the dataset holds nothing. `max` `undefined` where it may grow for ever. */
export interface Dataspace {
  readonly shape: readonly number[] | null;
  readonly max: readonly (number | undefined)[];
}

/** HDF5's own limit. */
const MAX_RANK = 32;

export function readDataspace(cursor: Cursor, file: Hdf5File): Dataspace {
  const version = cursor.u8();
  const rank = cursor.u8();
  if (rank > MAX_RANK) cursor.fail({ kind: 'malformed', what: `a dataspace of ${rank} axes` });
  const flags = cursor.u8();
  const type = cursor.u8();
  if (version === 1) cursor.bytes(4);
  else if (type === 2) return { shape: null, max: [] };
  const shape = Array.from({ length: rank }, () => integer(cursor, file.lengthSize));
  const max =
    flags & 1 ? Array.from({ length: rank }, () => address(cursor, file.lengthSize)) : shape;
  return { shape, max };
}

/** Where the elements of a dataset are. */
export type Layout = Readonly<
  | { kind: 'compact'; bytes: Uint8Array<ArrayBuffer> }
  /** `size` `null`: as large as its elements are, in files of HDF5 before 1.6.3. */
  | { kind: 'contiguous'; address: number | undefined; size: number | null }
  | ChunkedLayout
  | { kind: 'virtual' }
>;

export interface ChunkedLayout {
  readonly kind: 'chunked';
  /** Elements per axis. */
  readonly chunk: readonly number[];
  /** Bytes. */
  readonly elementSize: number;
  /** Chunks that reach over the end of the dataset are stored without filters. */
  readonly plainEdges: boolean;
  readonly index: ChunkIndex;
}

/** How the chunks are found. `address` `undefined`: none was written. */
export type ChunkIndex = { readonly address: number | undefined } & Readonly<
  | { kind: 'btree-v1' }
  | { kind: 'single'; filteredSize: number | null; mask: number }
  | { kind: 'implicit' }
  | { kind: 'fixed-array' }
  | { kind: 'extensible-array' }
  | { kind: 'btree-v2' }
>;

export function readLayout(cursor: Cursor, file: Hdf5File): Layout {
  const version = cursor.u8();
  if (version < 3) return oldLayout(cursor, file);
  if (version > 4)
    cursor.fail({ kind: 'unsupported', feature: `version ${version} of HDF5 data layouts` });
  const kind = cursor.u8();
  if (kind === 0) return { kind: 'compact', bytes: cursor.bytes(cursor.u16()) };
  if (kind === 1)
    return {
      kind: 'contiguous',
      address: address(cursor, file.offsetSize),
      size: integer(cursor, file.lengthSize),
    };
  if (kind === 3) return { kind: 'virtual' };
  if (kind !== 2) cursor.fail({ kind: 'malformed', what: `a layout of class ${kind}` });
  return version === 3 ? chunked3(cursor, file) : chunked4(cursor, file);
}

function oldLayout(cursor: Cursor, file: Hdf5File): Layout {
  const rank = cursor.u8();
  const kind = cursor.u8();
  cursor.bytes(5);
  if (kind > 2) cursor.fail({ kind: 'malformed', what: `a layout of class ${kind}` });
  const at = kind === 0 ? undefined : address(cursor, file.offsetSize);
  const sizes = Array.from({ length: rank }, () => cursor.u32());
  if (kind === 0) return { kind: 'compact', bytes: cursor.bytes(cursor.u32()) };
  if (kind === 1) return { kind: 'contiguous', address: at, size: null };
  return chunked(sizes, { kind: 'btree-v1', address: at });
}

/** @param sizes of a chunk per axis, the bytes of an element last */
function chunked(sizes: readonly number[], index: ChunkIndex, plainEdges = false): ChunkedLayout {
  const [chunk, elementSize] = [sizes.slice(0, -1), sizes.at(-1) ?? 1];
  return { kind: 'chunked', chunk, elementSize, plainEdges, index };
}

function chunked3(cursor: Cursor, file: Hdf5File): Layout {
  const rank = cursor.u8();
  const at = address(cursor, file.offsetSize);
  const sizes = Array.from({ length: rank }, () => cursor.u32());
  return chunked(sizes, { kind: 'btree-v1', address: at });
}

const CREATION_BYTES = { 2: 0, 3: 1, 4: 5, 5: 6 } as const;
const KINDS = { 2: 'implicit', 3: 'fixed-array', 4: 'extensible-array', 5: 'btree-v2' } as const;

function chunked4(cursor: Cursor, file: Hdf5File): Layout {
  const flags = cursor.u8();
  const rank = cursor.u8();
  const width = cursor.u8();
  const sizes = Array.from({ length: rank }, () => integer(cursor, width));
  const plainEdges = (flags & 1) !== 0;
  const type = cursor.u8();
  if (type === 1) {
    const filteredSize = flags & 2 ? integer(cursor, file.lengthSize) : null;
    const mask = flags & 2 ? cursor.u32() : 0;
    const at = address(cursor, file.offsetSize);
    return chunked(sizes, { kind: 'single', filteredSize, mask, address: at }, plainEdges);
  }
  if (type !== 2 && type !== 3 && type !== 4 && type !== 5)
    cursor.fail({ kind: 'malformed', what: `a chunk index of type ${type}` });
  cursor.bytes(CREATION_BYTES[type]);
  const at = address(cursor, file.offsetSize);
  return chunked(sizes, { kind: KINDS[type], address: at }, plainEdges);
}

/** One step of a filter pipeline, in the order in which they were applied. */
export interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

export function readFilters(cursor: Cursor): readonly Filter[] {
  const version = cursor.u8();
  const count = cursor.u8();
  if (version === 1) cursor.bytes(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0;
    cursor.u16();
    const values = cursor.u16();
    cursor.bytes(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const filter = { id, values: Array.from({ length: values }, () => cursor.u32()) };
    if (version === 1 && values % 2 === 1) cursor.u32();
    return filter;
  });
}

/** The bytes of one element that was never written; `null`: zeros. */
export function readFill(cursor: Cursor): Uint8Array<ArrayBuffer> | null {
  const version = cursor.u8();
  if (version === 3) {
    const flags = cursor.u8();
    return flags & 0x20 ? cursor.bytes(cursor.u32()) : null;
  }
  cursor.bytes(2);
  const defined = cursor.u8();
  if (version > 1 && defined === 0) return null;
  const size = cursor.u32();
  return size === 0 || size > cursor.remaining ? null : cursor.bytes(size);
}

/** The same from the older message. */
export function readOldFill(cursor: Cursor): Uint8Array<ArrayBuffer> | null {
  const size = cursor.u32();
  return size === 0 ? null : cursor.bytes(size);
}

/** An entry of a group. */
export type Link = { readonly name: string } & Readonly<
  { kind: 'hard'; address: number } | { kind: 'soft' | 'external'; target: string }
>;

export function readLink(cursor: Cursor, file: Hdf5File): Link {
  if (cursor.u8() !== 1)
    cursor.fail({ kind: 'unsupported', feature: 'this version of HDF5 links' });
  const flags = cursor.u8();
  const type = flags & 8 ? cursor.u8() : 0;
  if (flags & 4) cursor.bytes(8);
  if (flags & 0x10) cursor.u8();
  const name = cursor.text(integer(cursor, 1 << (flags & 3)));
  if (type === 0) {
    const at = address(cursor, file.offsetSize);
    if (at === undefined) cursor.fail({ kind: 'malformed', what: `${name} leads nowhere` });
    return { name, kind: 'hard', address: at };
  }
  const value = cursor.bytes(cursor.u16());
  if (type === 1) return { name, kind: 'soft', target: new TextDecoder().decode(value) };
  const [target, object] = new TextDecoder().decode(value.subarray(1)).split('\0');
  return { name, kind: 'external', target: `${target}:${object}` };
}
