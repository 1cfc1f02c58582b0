import { type ChunkFinder, openChunks } from './chunks.ts';
import { type Hdf5Type, readDatatype } from './datatype.ts';
import type { Hdf5File } from './file.ts';
import { unfilter, unknownFilters } from './filters.ts';
import {
  type Dataspace,
  type Filter,
  type Layout,
  readDataspace,
  readFill,
  readFilters,
  readLayout,
  readOldFill,
} from './messages.ts';
import { MESSAGE, type Message, openMessage } from './object-header.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A dataset whose header has been read. */
export interface Hdf5Dataset {
  readonly type: Hdf5Type;
  /** `null`: it holds nothing. */
  readonly shape: readonly number[] | null;
  readonly layout: Layout['kind'];
  /** Bytes that its elements take in the file, where that can be told. */
  readonly stored: number | null;
  /** Why its elements cannot be read. */
  readonly refused: string | null;
  readonly checksums: boolean;
  /** Elements `[from, to)`, row-major, as stored: big-endian ones are not swapped. */
  read(from: number, to: number, signal?: AbortSignal): Promise<Bytes>;
}

/** A declared size above this is believed only as far as the file has bytes for it. */
const BOMB_FLOOR = 64 * 2 ** 20;
/** DEFLATE's own limit; LZF and shuffle stay far below. */
const MAX_EXPANSION = 1032;

interface Parts {
  readonly type: Hdf5Type;
  readonly space: Dataspace;
  readonly layout: Layout;
  readonly filters: readonly Filter[];
  readonly fill: Bytes | null;
}

/** Reads a dataset's header; `null` when the object is no dataset. */
export async function openDataset(
  file: Hdf5File,
  messages: readonly Message[],
): Promise<Hdf5Dataset | null> {
  const find = (type: number) => messages.find((message) => message.type === type);
  const [typeAt, spaceAt, layoutAt] = [MESSAGE.datatype, MESSAGE.dataspace, MESSAGE.layout].map(
    find,
  );
  if (!typeAt || !spaceAt || !layoutAt) return null;
  const [filtersAt, fillAt, oldFillAt] = [MESSAGE.filters, MESSAGE.fill, MESSAGE.fillOld].map(find);
  const parts: Parts = {
    type: readDatatype(await openMessage(file, typeAt)),
    space: readDataspace(await openMessage(file, spaceAt), file),
    layout: readLayout(await openMessage(file, layoutAt), file),
    filters: filtersAt ? readFilters(await openMessage(file, filtersAt)) : [],
    fill:
      (fillAt ? readFill(await openMessage(file, fillAt)) : null) ??
      (oldFillAt ? readOldFill(await openMessage(file, oldFillAt)) : null),
  };
  const { layout, space, type, filters } = parts;
  let finder: Promise<ChunkFinder> | undefined;

  async function read(from: number, to: number, signal?: AbortSignal): Promise<Bytes> {
    if (layout.kind === 'compact') return layout.bytes.slice(from * type.size, to * type.size);
    if (layout.kind === 'contiguous') return readContiguous(file, parts, [from, to], signal);
    if (layout.kind === 'virtual')
      return file.fail({ kind: 'unsupported', feature: 'a virtual dataset' });
    finder ??= openChunks(file, layout, space);
    return readChunked(file, parts, { from, to, find: await finder, signal });
  }

  return {
    type,
    shape: space.shape,
    layout: layout.kind,
    stored: layout.kind === 'contiguous' ? layout.size : null,
    refused: refusal(file, parts, find(MESSAGE.externalFiles) !== undefined),
    checksums: filters.some(({ id }) => id === 3),
    read,
  };
}

function refusal(file: Hdf5File, { layout, filters, space, type }: Parts, external: boolean) {
  if (external) return 'its elements are in another file';
  if (layout.kind === 'virtual') return 'its elements are in other datasets';
  const unknown = unknownFilters(filters);
  if (unknown.length) return `its filter ${unknown.join(', ')} is not known`;
  const declared = (space.shape ?? [0]).reduce((all, n) => all * n, type.size);
  const possible = file.size * (filters.length ? MAX_EXPANSION : 1);
  return declared > BOMB_FLOOR && declared > possible
    ? `it claims ${declared} bytes, in a file of ${file.size}`
    : null;
}

async function readContiguous(
  file: Hdf5File,
  { layout, type, fill }: Parts,
  [from, to]: readonly [number, number],
  signal?: AbortSignal,
): Promise<Bytes> {
  if (layout.kind !== 'contiguous' || layout.address === undefined)
    return filled((to - from) * type.size, fill);
  const start = from * type.size;
  const end = to * type.size;
  if (end > layout.size)
    file.fail({ kind: 'malformed', what: 'a dataset is longer than its storage' }, layout.address);
  return file.raw(layout.address + start, end - start, signal);
}

function filled(size: number, fill: Bytes | null): Bytes {
  const bytes = new Uint8Array(size);
  if (fill?.some((byte) => byte !== 0))
    for (let at = 0; at + fill.length <= size; at += fill.length) bytes.set(fill, at);
  return bytes;
}

interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly find: ChunkFinder;
  readonly signal: AbortSignal | undefined;
}

/** Reads whole rows of the first axis, as few as hold what is wanted, and cuts. */
async function readChunked(file: Hdf5File, parts: Parts, wanted: Wanted): Promise<Bytes> {
  const { layout, space, type, fill } = parts;
  const { from, to } = wanted;
  if (layout.kind !== 'chunked' || !space.shape || from === to) return new Uint8Array(0);
  const { chunk } = layout;
  if (chunk.length !== space.shape.length || chunk.includes(0))
    file.fail({ kind: 'malformed', what: 'chunks with other axes than their dataset' });
  const perRow = space.shape.slice(1).reduce((all, n) => all * n, 1);
  const firstRow = Math.floor(from / perRow);
  const lastRow = Math.ceil(to / perRow);
  const shape = [lastRow - firstRow, ...space.shape.slice(1)];
  const slab = filled(
    shape.reduce((all, n) => all * n, type.size),
    fill,
  );
  const edge = chunk[0] ?? 1;
  const ranges = space.shape.map((size, axis) =>
    axis === 0
      ? [Math.floor(firstRow / edge), Math.ceil(lastRow / edge)]
      : [0, Math.ceil(size / (chunk[axis] ?? 1))],
  );
  for (const position of positions(ranges)) {
    wanted.signal?.throwIfAborted();
    const stored = await wanted.find(position);
    if (!stored) continue;
    const bytes = await readChunk(file, parts, stored, wanted.signal);
    const origin = position.map((n, axis) => n * (chunk[axis] ?? 1) - (axis === 0 ? firstRow : 0));
    place({ slab, shape, bytes, chunk, origin, size: type.size });
  }
  const start = (from - firstRow * perRow) * type.size;
  return slab.subarray(start, start + (to - from) * type.size);
}

async function readChunk(
  file: Hdf5File,
  { layout, filters }: Parts,
  stored: { readonly address: number; readonly size: number | null; readonly mask: number },
  signal: AbortSignal | undefined,
): Promise<Bytes> {
  if (layout.kind !== 'chunked') return new Uint8Array(0);
  const size = layout.chunk.reduce((all, n) => all * n, layout.elementSize);
  const raw = await file.raw(stored.address, stored.size ?? size, signal);
  const { path } = file;
  const { elementSize } = layout;
  return unfilter(raw, filters, {
    mask: stored.mask,
    size,
    elementSize,
    path,
    offset: stored.address,
  });
}

/** Every position in a box of ranges, the last axis fastest. */
function* positions(ranges: readonly (readonly number[])[]): Generator<number[]> {
  const [[start = 0, end = 0] = [], ...rest] = ranges;
  if (!ranges.length) yield [];
  else for (let n = start; n < end; n++) for (const tail of positions(rest)) yield [n, ...tail];
}

interface Placement {
  readonly slab: Bytes;
  readonly shape: readonly number[];
  readonly bytes: Bytes;
  readonly chunk: readonly number[];
  /** Of the chunk in the slab; may be negative on the first axis. */
  readonly origin: readonly number[];
  /** Bytes of an element. */
  readonly size: number;
}

/** Copies a chunk into the slab, leaving out what lies outside of it. */
function place({ slab, shape, bytes, chunk, origin, size }: Placement): void {
  const last = shape.length - 1;
  const run = Math.min(chunk[last] ?? 1, (shape[last] ?? 1) - (origin[last] ?? 0));
  const skip = Math.max(0, -(origin[last] ?? 0)); // only when there is one axis
  const copy = (axis: number, from: number, to: number): void => {
    if (axis === last) {
      const target = (to + (origin[last] ?? 0) + skip) * size;
      slab.set(bytes.subarray((from + skip) * size, (from + run) * size), target);
      return;
    }
    for (let i = 0; i < (chunk[axis] ?? 1); i++) {
      const at = (origin[axis] ?? 0) + i;
      if (at < 0 || at >= (shape[axis] ?? 0)) continue;
      copy(axis + 1, (from + i) * (chunk[axis + 1] ?? 1), (to + at) * (shape[axis + 1] ?? 1));
    }
  };
  copy(0, 0, 0);
}
