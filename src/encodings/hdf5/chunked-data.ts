import { CheckpointError, type Defect } from '#domain/problem.ts';
import { type ChunkFinder, openChunks } from './chunks.ts';
import { asDamage, type Hdf5File } from './file.ts';
import { unfilter } from './filters.ts';
import type { Stored } from './fixed-array.ts';
import type { ChunkedLayout } from './messages.ts';
import { allow, filled, type Parts } from './storage.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type ChunkedParts = Parts & { readonly layout: ChunkedLayout };

/** The elements of a dataset that is stored in chunks. */
export interface ChunkedData {
  read(from: number, to: number, signal?: AbortSignal): Promise<Bytes>;
  verify(
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly bytes: number; readonly defect?: Defect }>;
}

/** Chunks of one dataset; real ones have thousands. */
const MAX_CHUNKS = 4_000_000;

/** `[start, end)` per axis. */
type Box = readonly (readonly [start: number, end: number])[];

export async function openChunkedData(file: Hdf5File, parts: ChunkedParts): Promise<ChunkedData> {
  const { layout, space, type } = parts;
  const shape = space.shape ?? [0];
  const { chunk } = layout;
  if (chunk.length !== shape.length || chunk.includes(0) || layout.elementSize !== type.size)
    file.fail({ kind: 'malformed', what: 'chunks with other axes than their dataset' });
  const counts = shape.map((size, axis) => Math.ceil(size / (chunk[axis] ?? 1)));
  const count = counts.reduce((all, n) => all * n, 1);
  if (count > MAX_CHUNKS)
    file.fail({ kind: 'too-large', what: 'a number of chunks', size: count, limit: MAX_CHUNKS });
  const find = await openChunks(file, layout, space);
  const load = loader(file, parts, shape);
  return {
    async read(from, to, signal) {
      const bytes = filled((to - from) * type.size, parts.fill);
      if (from === to) return bytes;
      const wanted: Wanted = { shape, chunk, from, to, size: type.size, bytes };
      const ranges = chunksOf(boxOf(shape, from, to), chunk);
      for await (const batch of batches(find, positions(ranges), load.size))
        for await (const { position, read } of load(batch, signal))
          place(await read(), position, wanted);
      return bytes;
    },
    async *verify(signal) {
      const all = positions(counts.map((n) => [0, n]));
      for await (const batch of batches(find, all, load.size))
        for await (const chunk of load(batch, signal)) yield inspect(file, chunk);
    },
  };
}

/** A chunk and where it is stored. */
interface Chunk {
  readonly position: readonly number[];
  readonly stored: Stored;
}

/** Chunks that are looked up before any of them is read, so that neighbours can be read together. */
const BATCH = 256;
const BATCH_BYTES = 2 ** 23;
/** Reading over a gap costs less than another read. */
const GAP = 2 ** 14;

async function* batches(
  find: ChunkFinder,
  all: Iterable<readonly number[]>,
  chunkSize: number,
): AsyncGenerator<readonly Chunk[]> {
  let batch: Chunk[] = [];
  let bytes = 0;
  for (const position of all) {
    const stored = await find(position);
    if (stored === undefined) continue;
    batch.push({ position, stored });
    bytes += stored.size ?? chunkSize;
    if (batch.length < BATCH && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

async function inspect(file: Hdf5File, { stored: bytes, read }: Loaded) {
  try {
    await read();
    return { bytes };
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.problem.kind === 'changed') throw error;
    const { problem, place } = asDamage(error, file);
    return { bytes, defect: { problem, place } };
  }
}

interface Loaded {
  readonly position: readonly number[];
  /** Bytes that it takes in the file. */
  readonly stored: number;
  /** The elements of the chunk. Throws where it is damaged. */
  readonly read: () => Promise<Bytes>;
}

/** Reads chunks, and undoes their filters. The last one is kept while memory allows: a tensor is read in pieces. */
function loader(file: Hdf5File, { layout, filters }: ChunkedParts, shape: readonly number[]) {
  const { chunk, elementSize, plainEdges } = layout;
  const size = chunk.reduce((all, n) => all * n, elementSize);
  let kept: { readonly address: number; readonly bytes: WeakRef<Bytes> } | undefined;

  const isEdge = (position: readonly number[]) =>
    position.some((n, axis) => (n + 1) * (chunk[axis] ?? 1) > (shape[axis] ?? 0));
  const isPlain = ({ position }: Chunk) => filters.length === 0 || (plainEdges && isEdge(position));
  const endOf = (one: Chunk) =>
    one.stored.address + (isPlain(one) ? size : (one.stored.size ?? size));

  async function decode(one: Chunk, raw: () => Promise<Bytes>): Promise<Bytes> {
    const { address, mask } = one.stored;
    const before = kept?.address === address ? kept.bytes.deref() : undefined;
    if (before) return before;
    allow(file, size, address);
    const { path } = file;
    const from = { mask, size, elementSize, path, offset: file.base + address };
    const bytes = isPlain(one) ? await raw() : await unfilter(await raw(), filters, from);
    kept = { address, bytes: new WeakRef(bytes) };
    return bytes;
  }

  async function* load(batch: readonly Chunk[], signal?: AbortSignal): AsyncGenerator<Loaded> {
    for (const group of neighbours(batch, endOf)) {
      signal?.throwIfAborted();
      const start = group[0]?.stored.address ?? 0;
      const end = Math.max(...group.map(endOf));
      const together = end <= file.size - file.base && group.length > 1;
      const all = together ? await file.raw(start, end - start, signal) : undefined;
      for (const one of group) {
        const { position, stored } = one;
        const [from, to] = [stored.address - start, endOf(one) - start];
        const raw = async () => all?.slice(from, to) ?? file.raw(stored.address, to - from, signal);
        yield { position, stored: to - from, read: () => decode(one, raw) };
      }
    }
  }
  return Object.assign(load, { size });
}

/** Chunks that lie close together, in the order in which they lie. */
function* neighbours(
  batch: readonly Chunk[],
  endOf: (one: Chunk) => number,
): Generator<readonly Chunk[]> {
  let group: Chunk[] = [];
  let end = 0;
  for (const one of batch.toSorted((a, b) => a.stored.address - b.stored.address)) {
    const { address } = one.stored;
    const long = end - (group[0]?.stored.address ?? 0) > BATCH_BYTES;
    if (group.length > 0 && (address > end + GAP || long)) {
      yield group;
      group = [];
      end = 0;
    }
    group.push(one);
    end = Math.max(end, endOf(one));
  }
  if (group.length > 0) yield group;
}

/** The smallest box around elements `[from, to)`. */
function boxOf(shape: readonly number[], from: number, to: number): Box {
  const box: [number, number][] = [];
  let [first, last] = [from, to - 1];
  let inner = shape.reduce((all, n) => all * n, 1);
  let apart = false;
  for (const size of shape) {
    inner /= size;
    const [a, b] = [Math.floor(first / inner), Math.floor(last / inner)];
    box.push(apart ? [0, size] : [a, b + 1]);
    apart ||= a !== b;
    [first, last] = [first - a * inner, last - b * inner];
  }
  return box;
}

/** The positions of the chunks that a box lies in. */
function chunksOf(box: Box, chunk: readonly number[]): Box {
  return box.map(([start, end], axis) => {
    const size = chunk[axis] ?? 1;
    return [Math.floor(start / size), Math.ceil(end / size)];
  });
}

/** Every position in a box, the last axis fastest. */
function* positions(ranges: Box): Generator<readonly number[]> {
  const at = ranges.map(([start]) => start);
  if (ranges.some(([start, end]) => start >= end)) return;
  for (;;) {
    yield [...at];
    let axis = ranges.length - 1;
    while (axis >= 0 && ++(at[axis] as number) >= (ranges[axis]?.[1] ?? 0)) {
      at[axis] = ranges[axis]?.[0] ?? 0;
      axis--;
    }
    if (axis < 0) return;
  }
}

interface Wanted {
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  /** Elements `[from, to)` of the dataset are in `bytes`. */
  readonly from: number;
  readonly to: number;
  /** Bytes of an element. */
  readonly size: number;
  readonly bytes: Bytes;
}

/** Copies what is wanted of a chunk, run by run. */
function place(data: Bytes, position: readonly number[], wanted: Wanted): void {
  const { shape, chunk, origin } = joined(position, wanted);
  const { from, to, size, bytes } = wanted;
  const last = shape.length - 1;
  const start = origin[last] ?? 0;
  const run = Math.min(chunk[last] ?? 1, (shape[last] ?? 1) - start);
  const rows = origin.slice(0, last).map((first, axis): [number, number] => {
    return [first, Math.min(first + (chunk[axis] ?? 1), shape[axis] ?? 0)];
  });
  for (const row of last === 0 ? [[]] : positions(rows)) {
    let target = 0;
    let source = 0;
    for (let axis = 0; axis < last; axis++) {
      const at = row[axis] ?? 0;
      target = (target + at) * (shape[axis + 1] ?? 1);
      source = (source + at - (origin[axis] ?? 0)) * (chunk[axis + 1] ?? 1);
    }
    target += start;
    const skip = Math.max(0, from - target);
    const end = Math.min(run, to - target);
    if (skip >= end) continue;
    const piece = data.subarray((source + skip) * size, (source + end) * size);
    bytes.set(piece, (target + skip - from) * size);
  }
}

/** The same dataset with fewer axes: those at the end along which a chunk is as long as the dataset are one. */
function joined(position: readonly number[], wanted: Wanted) {
  const shape = [...wanted.shape];
  const chunk = [...wanted.chunk];
  const origin = position.map((n, axis) => n * (chunk[axis] ?? 1));
  while (shape.length > 1 && shape.at(-1) === chunk.at(-1)) {
    const inner = shape.pop() ?? 1;
    chunk.pop();
    origin.pop();
    const axis = shape.length - 1;
    for (const list of [shape, chunk, origin]) list[axis] = (list[axis] ?? 0) * inner;
  }
  return { shape, chunk, origin };
}
