import { BITS, byteLength, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Defect, type Place } from '#domain/problem.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import { type Message, readMessage } from '#encodings/protobuf.ts';
import { FOOTER, openTable, readBlock, type TableEntry, tableMagic } from '#encodings/sstable.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { beginsLikeIndex } from './begins-like-index.ts';
import { type BundleEntry, bundleEntry, bundleHeader, type extent } from './bundle-proto.ts';
import { dtypeOf, hasLengths } from './dtypes.ts';
import { type Extent, SLICE_KEY, sliceKey } from './slice-key.ts';
import { type Box, fillExactly } from './slices.ts';

/** A million tensors with names of 200 bytes. */
const MAX_INDEX_SIZE = 256 * 2 ** 20;
/** The version of the format that is read here; older readers are told to refuse newer ones. */
const VERSION = 1;

/** Bytes `[offset, offset + size)` of a shard, and the masked checksum of them. */
export interface Piece {
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  readonly crc: number;
  /** Which elements of its tensor it holds. */
  readonly box: Box;
}

export interface BundleTensor {
  readonly info: TensorInfo;
  /** One, unless the variable was cut when it was saved. */
  readonly pieces: readonly Piece[];
}

export interface BundleIndex {
  readonly numShards: number;
  readonly bigEndian: boolean;
  readonly tensors: ReadonlyMap<string, BundleTensor>;
  /** What is wrong with single tensors, or with blocks of the index. */
  readonly defects: readonly Defect[];
}

/**
 * Reads an `.index`: a table from the names of tensors to where they lie, and from the empty name to a header.
 * One read. Throws where nothing can be told of the tensors; what is wrong with some is a defect.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/tensor_bundle/tensor_bundle.h
 */
export async function readIndex(source: ByteSource, signal?: AbortSignal): Promise<BundleIndex> {
  const { path, size } = source;
  if (size > MAX_INDEX_SIZE) {
    const problem = { kind: 'too-large', what: 'the index', size, limit: MAX_INDEX_SIZE } as const;
    throw new CheckpointError(problem, { path });
  }
  const bytes = await source.read(0, size, signal);
  if (size >= FOOTER && tableMagic(bytes) === 'absent' && beginsLikeIndex(bytes)) {
    throw new CheckpointError({ kind: 'truncated', needed: size + 1, size }, { path });
  }
  const memory: ByteSource = { ...source, read: async (from, to) => bytes.subarray(from, to) };
  const { entries, defects } = await readEntries(memory);
  const { numShards, bigEndian } = parseHeader(entries[0], path);
  const named = entries.filter(({ key }) => key.length > 0 && key[0] !== SLICE_KEY);
  const slices = entries.filter(({ key }) => key[0] === SLICE_KEY);
  const context = { path, numShards, slices: new Map(slices.map((e) => [asKey(e.key), e])) };
  const { tensors, faults } = parseTensors(named, context);
  return { numShards, bigEndian, tensors, defects: [...defects, ...faults] };
}

/** A block that is damaged takes its own tensors with it, and no others; the first one has the header. */
async function readEntries(source: ByteSource) {
  const entries: TableEntry[] = [];
  const defects: Defect[] = [];
  for (const [i, block] of (await openTable(source)).entries()) {
    try {
      for (const entry of await readBlock(source, block)) entries.push(entry);
    } catch (error) {
      if (i === 0 || !(error instanceof CheckpointError)) throw error;
      defects.push({ problem: error.problem, place: error.place });
    }
  }
  return { entries, defects };
}

function parseHeader(entry: TableEntry | undefined, path: string) {
  if (entry?.key.length !== 0) {
    const what = 'it does not begin with the header of a tensor bundle';
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  const { numShards = 0, endianness = 0, version } = parse(bundleHeader, entry, { path });
  if ((version?.minConsumer ?? 0) > VERSION) {
    const feature = `version ${version?.minConsumer} of tensor bundles`;
    throw new CheckpointError({ kind: 'unsupported', feature }, { path });
  }
  return { numShards, bigEndian: endianness === 1 };
}

/** Inside a block whose checksum matches, an end too early is a mistake of the writer. */
function parse<S extends Parameters<typeof readMessage>[0]>(
  schema: S,
  { value }: TableEntry,
  place: Place,
): Message<S> {
  try {
    return readMessage(schema, new Cursor(value, place.path));
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw malformed('its entry in the index is no message', place, error);
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** Any bytes as a text of as many characters, to find them again by. */
const asKey = (bytes: Uint8Array) => new TextDecoder('windows-1252').decode(bytes);

type TensorPlace = Place & { readonly tensor: string };

interface Context {
  readonly path: string;
  readonly numShards: number;
  readonly slices: ReadonlyMap<string, TableEntry>;
}

/** What goes wrong with one tensor leaves the others alone. */
function parseTensors(entries: readonly TableEntry[], context: Context) {
  const tensors = new Map<string, BundleTensor>();
  const faults: Defect[] = [];
  for (const entry of entries) {
    const name = utf8.decode(entry.key);
    const place = { path: context.path, tensor: name };
    try {
      if (tensors.has(name)) throw malformed('another tensor has the same name', place);
      tensors.set(name, parseTensor(entry, context, place));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      faults.push({ problem: error.problem, place });
    }
  }
  return { tensors, faults };
}

function parseTensor(entry: TableEntry, context: Context, place: TensorPlace): BundleTensor {
  const message = parse(bundleEntry, entry, place);
  const type = typeOf(message, place);
  const { dtype, shape } = type;
  const whole = { starts: shape.map(() => 0), lengths: shape };
  const pieces =
    message.slices.length === 0
      ? [pieceOf(message, { dtype, box: whole }, context, place)]
      : message.slices.map(({ extents }) => {
          const slice = { key: entry.key, type, extents: extents.map(extentOf) };
          return parseSlice(slice, context, place);
        });
  if (
    message.slices.length > 0 &&
    !fillExactly(
      pieces.map(({ box }) => box),
      shape,
    )
  ) {
    throw malformed('its slices do not add up to it', place);
  }
  const bytes = bytesOf(dtype, shape, pieces);
  return { info: { name: place.tensor, dtype, shape, bytes }, pieces };
}

interface Slice {
  readonly key: Uint8Array;
  /** Of the whole tensor. */
  readonly type: Type;
  readonly extents: readonly Extent[];
}

function parseSlice({ key, type, extents }: Slice, context: Context, place: Place): Piece {
  const starts = extents.map(({ start }) => start);
  const lengths = extents.map(({ length }, axis) => length ?? type.shape[axis] ?? 0);
  if (extents.length !== type.shape.length || [...starts, ...lengths].some((n) => n < 0)) {
    throw malformed('one of its slices has another rank, or starts before it', place);
  }
  const entry = context.slices.get(asKey(sliceKey(key, extents)));
  if (!entry) throw malformed('one of its slices is not in the index', place);
  const message = parse(bundleEntry, entry, place);
  const { dtype, shape } = typeOf(message, place);
  if (dtype !== type.dtype || shape.join() !== lengths.join()) {
    throw malformed('one of its slices has another type or shape', place);
  }
  return pieceOf(message, { dtype, box: { starts, lengths } }, context, place);
}

function pieceOf(
  { shardId: shard = 0, offset = 0, size = 0, crc32c: crc = 0 }: BundleEntry,
  { dtype, box }: { readonly dtype: Dtype; readonly box: Box },
  { numShards }: Context,
  place: Place,
): Piece {
  if (shard < 0 || shard >= numShards) {
    throw malformed(`it lies in shard ${shard} of ${numShards}`, place);
  }
  if (offset < 0 || size < 0) throw malformed('it lies before the start of its shard', place);
  const count = elementCount(box.lengths);
  if (hasLengths(dtype) ? count > size : BITS[dtype] > 0 && size !== byteLength(dtype, count)) {
    throw malformed(`its ${size} bytes do not hold ${count} elements of ${dtype}`, place);
  }
  return { shard, offset, size, crc, box };
}

interface Type {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

function typeOf({ dtype: number = 0, shape }: BundleEntry, place: Place): Type {
  const dtype = dtypeOf(number);
  if (!dtype) {
    const feature = `dtype ${number} of TensorFlow`;
    throw new CheckpointError({ kind: 'unsupported', feature }, place);
  }
  const sizes = (shape?.dims ?? []).map(({ size = 0 }) => size);
  if (shape?.unknownRank || sizes.some((size) => size < 0)) {
    throw malformed('its shape is not known', place);
  }
  if (!Number.isSafeInteger(elementCount(sizes) * 128)) {
    throw malformed('its shape holds more elements than can be counted', place);
  }
  return { dtype, shape: sizes };
}

function extentOf({ start = 0, length }: Message<typeof extent>): Extent {
  return { start, length: length ?? null };
}

/** As `read` gives them: stored checksums left out. */
function bytesOf(dtype: Dtype, shape: readonly number[], pieces: readonly Piece[]): number {
  const stored = pieces.reduce((sum, { size }) => sum + size, 0);
  if (dtype === 'string') return stored - 4 * pieces.length;
  if (dtype === 'variant') return stored - 4 * elementCount(shape);
  return stored;
}

function malformed(what: string, place: Place, cause?: Error): CheckpointError {
  return new CheckpointError({ kind: 'malformed', what }, place, { cause });
}
