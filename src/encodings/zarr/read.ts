import { BITS } from '#domain/dtype.ts';
import { CheckpointError, type Place } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { decodeBytes, isChecksummed, orderChunk } from './decode.ts';
import { chunkRange, gridSize, placesIn, runsWithin } from './grid.ts';
import type { ZarrArray } from './metadata.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Where the chunks of an array are. */
export interface ChunkStore {
  /** What is stored under a key, as a file of its own; `undefined`: nothing. */
  get(key: string): Promise<ByteSource | undefined>;
  /** Whether a chunk that is not stored is lost; else it is full of the fill value. */
  readonly keepsAll: boolean;
  /** Held at once, in bytes. */
  readonly limit: number;
  readonly place: Place;
}

/** Chunks of one read; more of them are smaller than what it takes to find them. */
const MAX_CHUNKS = 10_000_000;
/** A decoded chunk is kept for the next part of it up to this. */
const MAX_KEPT = 2 ** 28;
/** Both offset and length of a chunk that a shard does not have. */
const NOTHING = 2n ** 64n - 1n;

export interface Range {
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal | undefined;
}

/** Keys of all chunks, or of all shards. */
export function* keysOf(array: ZarrArray): Generator<string> {
  const { shape, chunk, sharding } = array;
  const sizes = gridSize({ shape, chunk: sharding?.shard ?? chunk });
  if (sizes.includes(0)) return;
  const first = sizes.map(() => 0);
  for (const place of placesIn(
    first,
    sizes.map((size) => size - 1),
  ))
    yield array.keyOf(place);
}

/** The chunks of one array, read as they are asked for. */
export function createChunks(array: ZarrArray, store: ChunkStore) {
  const { dtype, encoding } = array;
  const width = BITS[dtype] / 8;
  const { place, limit } = store;
  const indices = createIndices(array, store);
  const elements = elementReader(array, store, indices);

  return {
    /** Elements row-major and little-endian. Throws what is wrong with the chunks that hold them. */
    async read({ from, to, signal }: Range): Promise<Bytes> {
      const size = (to - from) * width;
      if (size > limit) {
        const problem = { kind: 'too-large', what: 'what is read at once', size, limit } as const;
        throw new CheckpointError(problem, place);
      }
      const out = new Uint8Array(size);
      if (from >= to) return out;
      const { first, last } = chunkRange(array, from, to);
      checkCount(first, last, place);
      for (const at of placesIn(first, last)) {
        for (const { inArray, bytes } of await elements(at, { from, to, signal })) {
          out.set(bytes, (inArray - from) * width);
        }
      }
      return out;
    },
    /** Decodes a chunk or all of a shard, comparing what checksums there are; gives whether there were any. */
    async verify(key: string, signal?: AbortSignal): Promise<boolean> {
      const size = array.chunk.reduce((product, one) => product * one, width);
      let all = true;
      for (const source of await indices.within(key, signal)) {
        const stored = await source.read(0, source.size, signal);
        await decodeBytes(stored, encoding.bytes, { size, limit, place, verify: true });
        all &&= isChecksummed(stored, encoding.bytes, place);
      }
      return all;
    },
  };
}

/** Elements that lie one after another in the array. */
interface Part {
  readonly inArray: number;
  readonly bytes: Bytes;
}

/** Gives those of elements `[from, to)` of the array that a chunk has; none where it is full of zeros. */
function elementReader(array: ZarrArray, store: ChunkStore, indices: Indices) {
  const { chunk, dtype, encoding } = array;
  const { place, limit } = store;
  const width = BITS[dtype] / 8;
  const size = chunk.reduce((product, one) => product * one, width);
  const isAhead = encoding.axes.every((axis, i) => axis === i);
  const isPlain = encoding.bytes.length === 0 && !encoding.bigEndian && isAhead;
  let kept: { readonly id: string; readonly bytes: Bytes } | undefined;

  async function whole(source: ByteSource, id: string, signal?: AbortSignal): Promise<Bytes> {
    const stored = await source.read(0, source.size, signal);
    const decoded = await decodeBytes(stored, encoding.bytes, { size, limit, place });
    const bytes = orderChunk(decoded, array);
    if (size <= MAX_KEPT) kept = { id, bytes };
    return bytes;
  }

  return async (at: readonly number[], { from, to, signal }: Range): Promise<readonly Part[]> => {
    const runs = runsWithin(array, at, from, to);
    const [first, last] = [runs[0], runs.at(-1)];
    if (!first || !last) return [];
    const cut = (bytes: Bytes, base: number): readonly Part[] =>
      runs.map(({ inChunk, inArray, length }) => {
        const start = (inChunk - base) * width;
        return { inArray, bytes: bytes.subarray(start, start + length * width) };
      });
    const id = at.join(',');
    if (kept?.id === id) return cut(kept.bytes, 0);
    const source = await indices.find(at, signal);
    if (!source) {
      checkAbsent(array, store, at);
      return [];
    }
    if (!isPlain || source.size !== size) return cut(await whole(source, id, signal), 0);
    const end = last.inChunk + last.length;
    return cut(await source.read(first.inChunk * width, end * width, signal), first.inChunk);
  };
}

function checkCount(first: readonly number[], last: readonly number[], place: Place): void {
  const size = first.reduce((product, one, axis) => product * ((last[axis] ?? 0) - one + 1), 1);
  if (size <= MAX_CHUNKS) return;
  const problem = { what: 'the number of chunks', size, limit: MAX_CHUNKS };
  throw new CheckpointError({ kind: 'too-large', ...problem }, place);
}

type Indices = ReturnType<typeof createIndices>;

/** Finds chunks in the store, or in the shards that it holds. */
function createIndices({ chunk, sharding, keyOf }: ZarrArray, store: ChunkStore) {
  const { place } = store;
  const known = new Map<string, readonly (ByteSource | undefined)[]>();

  async function readIndex(key: string, signal?: AbortSignal) {
    const found = known.get(key);
    if (found || !sharding) return found ?? [];
    const source = await store.get(key);
    const read = source ? await readShard(source, { chunk, sharding, place, signal }) : [];
    known.set(key, read);
    return read;
  }

  return {
    async find(at: readonly number[], signal?: AbortSignal): Promise<ByteSource | undefined> {
      if (!sharding) return store.get(keyOf(at));
      const per = sharding.shard.map((size, axis) => size / (chunk[axis] ?? 1));
      const shard = at.map((one, axis) => Math.floor(one / (per[axis] ?? 1)));
      const inner = at.reduce(
        (sum, one, axis) => sum * (per[axis] ?? 1) + (one % (per[axis] ?? 1)),
        0,
      );
      return (await readIndex(keyOf(shard), signal))[inner];
    },
    async within(key: string, signal?: AbortSignal): Promise<readonly ByteSource[]> {
      if (sharding) return (await readIndex(key, signal)).filter((one) => one !== undefined);
      const source = await store.get(key);
      return source ? [source] : [];
    },
  };
}

interface Shard {
  readonly chunk: readonly number[];
  readonly sharding: NonNullable<ZarrArray['sharding']>;
  readonly place: Place;
  readonly signal: AbortSignal | undefined;
}

/** `chunks · index of offset u64 and length u64 each · CRC-32C`, or the index first. */
async function readShard(
  source: ByteSource,
  { chunk, sharding, place, signal }: Shard,
): Promise<readonly (ByteSource | undefined)[]> {
  const count = sharding.shard.reduce((all, size, axis) => (all * size) / (chunk[axis] ?? 1), 1);
  const length = 16 * count + 4 * sharding.index.length;
  if (length > source.size) {
    throw new CheckpointError({ kind: 'truncated', needed: length, size: source.size }, place);
  }
  const start = sharding.atStart ? 0 : source.size - length;
  const stored = await source.read(start, start + length, signal);
  const options = { size: 16 * count, limit: source.size, place };
  const index = await decodeBytes(stored, sharding.index, options);
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  return Array.from({ length: count }, (_, i) => {
    const [offset, size] = [view.getBigUint64(16 * i, true), view.getBigUint64(16 * i + 8, true)];
    if (offset === NOTHING && size === NOTHING) return undefined;
    if (offset + size > BigInt(source.size)) {
      const needed = Number(offset + size);
      throw new CheckpointError({ kind: 'truncated', needed, size: source.size }, place);
    }
    return partOf(source, Number(offset), Number(size));
  });
}

/** Bytes of a file as a file of its own. Throws `truncated` on reading where they are not all there. */
export function partOf(source: ByteSource, offset: number, size: number): ByteSource {
  return {
    path: source.path,
    size,
    read: (start, end, signal) => source.read(offset + start, offset + end, signal),
  };
}

/** What is not stored is zero, in all that JAX writes, or lost. */
function checkAbsent({ fill, dtype }: ZarrArray, store: ChunkStore, at: readonly number[]): void {
  const { keepsAll, place } = store;
  if (keepsAll) {
    const what = `the chunk ${at.join(', ')} is not stored`;
    throw new CheckpointError({ kind: 'malformed', what }, place);
  }
  if (fill === null || fill === 0 || fill === false) return;
  const feature = `the fill value ${JSON.stringify(fill)} of ${dtype}`;
  throw new CheckpointError({ kind: 'unsupported', feature }, place);
}
