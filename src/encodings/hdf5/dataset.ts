import { CheckpointError, type Defect } from '#domain/problem.ts';
import { type ChunkedData, openChunkedData } from './chunked-data.ts';
import { type Hdf5Type, readDatatype } from './datatype.ts';
import { asDamage, type Hdf5File } from './file.ts';
import { CHECKED_FILTERS, filterName, isKnownFilter } from './filters.ts';
import {
  type Layout,
  readDataspace,
  readFill,
  readFilters,
  readLayout,
  readOldFill,
} from './messages.ts';
import { MESSAGE, type Message, openMessage } from './object-header.ts';
import { allow, bytesOf, FLOOR, filled, type Parts } from './storage.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A dataset whose header has been read. */
export interface Hdf5Dataset {
  readonly type: Hdf5Type;
  /** `null`: it holds nothing. */
  readonly shape: readonly number[] | null;
  readonly layout: Layout['kind'];
  /** Where its elements lie in the file, if in one piece; `end` past the file when that was cut short. */
  readonly extent: { readonly start: number; readonly end: number } | null;
  /** Why its elements are never read: they are elsewhere, or more than there can be. */
  readonly refused: string | null;
  /** Filters that cannot be undone here. HDF5 may have left them out, so reading may work all the same. */
  readonly unknownFilters: readonly string[];
  /** Whether all of its elements have checksums. */
  readonly checked: boolean;
  /** Elements `[from, to)`, row-major, as stored: big-endian ones are not swapped. */
  read(from: number, to: number, signal?: AbortSignal): Promise<Bytes>;
  /** Reads all that has checksums, piece by piece: bytes that were read, and what was wrong with them. */
  verify(
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly bytes: number; readonly defect?: Defect }>;
}

/** DEFLATE's own limit; LZF and shuffle stay far below. */
const MAX_EXPANSION = 1032;

/**
 * Reads a dataset's header; `null` when the object is no dataset.
 *
 * @param header the way to the parts of it that stand elsewhere
 */
export async function openDataset(
  file: Hdf5File,
  messages: readonly Message[],
  header: Hdf5File = file,
): Promise<Hdf5Dataset | null> {
  const find = (type: number) => messages.find((message) => message.type === type);
  const [typeAt, spaceAt, layoutAt] = [MESSAGE.datatype, MESSAGE.dataspace, MESSAGE.layout].map(
    find,
  );
  if (!typeAt || !spaceAt || !layoutAt) return null;
  const parts: Parts = {
    type: readDatatype(await openMessage(header, typeAt)),
    space: readDataspace(await openMessage(header, spaceAt), file),
    layout: readLayout(await openMessage(header, layoutAt), file),
    ...(await readCreation(header, find)),
  };
  const { layout, space, type, filters } = parts;
  if (type.size === 0) file.fail({ kind: 'malformed', what: 'a dataset of elements without size' });
  const refused = refusal(file, parts, find(MESSAGE.externalFiles) !== undefined);
  let chunked: Promise<ChunkedData> | undefined;
  const open = (data: Extract<Layout, { kind: 'chunked' }>) => {
    chunked ??= openChunkedData(file, { ...parts, layout: data });
    return chunked;
  };

  return {
    type,
    shape: space.shape,
    layout: layout.kind,
    extent: extentOf(file, parts),
    refused,
    unknownFilters: filters.filter((filter) => !isKnownFilter(filter)).map(filterName),
    checked: isChecked(parts, layoutAt.checked),
    async read(from, to, signal) {
      if (refused !== null)
        return file.fail({ kind: 'unsupported', feature: `a dataset: ${refused}` });
      allow(file, (to - from) * type.size);
      if (layout.kind === 'compact') return readCompact(file, parts, layout.bytes, [from, to]);
      if (layout.kind !== 'chunked') return readContiguous(file, parts, [from, to], signal);
      return inFile(file, async () => (await open(layout)).read(from, to, signal));
    },
    async *verify(signal) {
      if (layout.kind !== 'chunked' || refused !== null) return;
      yield* (await inFile(file, () => open(layout))).verify(signal);
    },
  };
}

async function readCreation(file: Hdf5File, find: (type: number) => Message | undefined) {
  const [filters, fill, oldFill] = [MESSAGE.filters, MESSAGE.fill, MESSAGE.fillOld].map(find);
  return {
    filters: filters ? readFilters(await openMessage(file, filters)) : [],
    fill:
      (fill ? readFill(await openMessage(file, fill)) : null) ??
      (oldFill ? readOldFill(await openMessage(file, oldFill)) : null),
  };
}

async function inFile<T>(file: Hdf5File, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof CheckpointError ? asDamage(error, file) : error;
  }
}

function refusal(file: Hdf5File, { layout, filters, space, type }: Parts, external: boolean) {
  if (external) return 'its elements are in another file';
  if (layout.kind === 'virtual') return 'its elements are in other datasets';
  const declared = bytesOf(space.shape ?? [0], type.size);
  const possible = file.size * (filters.length ? MAX_EXPANSION : 1);
  const impossible = declared > FLOOR && declared > possible;
  return impossible || !Number.isSafeInteger(declared)
    ? `it claims ${declared} bytes, in a file of ${file.size}`
    : null;
}

function extentOf(file: Hdf5File, { layout, space, type }: Parts): Hdf5Dataset['extent'] {
  if (layout.kind !== 'contiguous' || layout.address === undefined) return null;
  const start = file.base + layout.address;
  return { start, end: start + (layout.size ?? bytesOf(space.shape ?? [0], type.size)) };
}

/** Whether checksums cover its elements: of filters, of zlib, or of the object header that they stand in. */
function isChecked({ layout, filters, space, type }: Parts, checkedHeader: boolean): boolean {
  if (bytesOf(space.shape ?? [0], type.size) === 0) return true;
  if (layout.kind === 'compact') return checkedHeader;
  if (layout.kind !== 'chunked') return false;
  return filters.some(({ id }) => CHECKED_FILTERS.includes(id)) && !layout.plainEdges;
}

function readCompact(
  file: Hdf5File,
  { type }: Parts,
  bytes: Bytes,
  [from, to]: readonly [number, number],
): Bytes {
  if (to * type.size > bytes.length)
    file.fail({ kind: 'malformed', what: 'a dataset is longer than its storage' });
  return bytes.slice(from * type.size, to * type.size);
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
  if (layout.size !== null && end > layout.size)
    file.fail({ kind: 'malformed', what: 'a dataset is longer than its storage' }, layout.address);
  return file.raw(layout.address + start, end - start, signal);
}
