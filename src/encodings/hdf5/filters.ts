import { CheckpointError } from '#domain/problem.ts';
import { decompressLzf } from './lzf.ts';
import type { Filter } from './messages.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const NAMES: Readonly<Record<number, string>> = {
  4: 'szip',
  5: 'n-bit',
  6: 'scale-offset',
  32001: 'Blosc',
  32004: 'LZ4',
  32015: 'Zstandard',
};

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;
const LZF = 32000;
const KNOWN = [DEFLATE, SHUFFLE, FLETCHER32, LZF];
/** Bytes that fletcher32 adds. */
const CHECKSUM = 4;

/** Filters that leave a checksum behind: zlib ends with one of its own. */
export const CHECKED_FILTERS: readonly number[] = [DEFLATE, FLETCHER32];

/** Whether a filter can be undone here. */
export function isKnownFilter({ id }: Filter): boolean {
  return KNOWN.includes(id);
}

export function filterName({ id }: Filter): string {
  return NAMES[id] ?? `HDF5 filter ${id}`;
}

export interface Chunk {
  /** Bit n: filter n was left out. */
  readonly mask: number;
  /** Bytes of the chunk before filters; nothing larger is inflated. */
  readonly size: number;
  readonly elementSize: number;
  readonly path: string;
  readonly offset: number;
}

type Fail = (what: string) => Error;

interface Step {
  readonly filter: Filter;
  readonly elementSize: number;
  /** Bytes that there were before the filter. */
  readonly size: number;
  readonly fail: Fail;
}

/** How each filter is undone, by its number. */
const UNDO: Readonly<Record<number, (bytes: Bytes, step: Step) => Bytes | Promise<Bytes>>> = {
  [DEFLATE]: (bytes, { size, fail }) => inflate(bytes, size, fail),
  [SHUFFLE]: (bytes, { filter, elementSize }) => unshuffle(bytes, filter.values[0] ?? elementSize),
  [FLETCHER32]: (bytes, { fail }) => withoutFletcher32(bytes, fail),
  [LZF]: (bytes, { size, fail }) => decompressLzf(bytes, size, fail),
};

/** Undoes a filter pipeline, last filter first. Throws `corrupt` for a wrong checksum or stream. */
export async function unfilter(
  stored: Bytes,
  filters: readonly Filter[],
  chunk: Chunk,
): Promise<Bytes> {
  const { path, offset } = chunk;
  const fail = (what: string) => new CheckpointError({ kind: 'corrupt', what }, { path, offset });
  const applied = filters.filter((_, i) => !(chunk.mask & (1 << i)));
  let bytes = stored;
  for (const [i, filter] of [...applied.entries()].reverse()) {
    const undo = UNDO[filter.id];
    if (!undo) {
      const feature = `the filter ${filterName(filter)} of HDF5`;
      throw new CheckpointError({ kind: 'unsupported', feature }, { path, offset });
    }
    const checksums = applied.slice(0, i).filter(({ id }) => id === FLETCHER32).length;
    const size = chunk.size + checksums * CHECKSUM;
    bytes = await undo(bytes, { filter, elementSize: chunk.elementSize, size, fail });
  }
  if (bytes.length !== chunk.size)
    throw fail(`a chunk of ${chunk.size} bytes holds ${bytes.length}`);
  return bytes;
}

async function inflate(bytes: Bytes, limit: number, fail: Fail): Promise<Bytes> {
  const out = new Uint8Array(limit);
  let length = 0;
  const reader = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      if (length + piece.value.length > limit) throw fail('a chunk inflates to more than its size');
      out.set(piece.value, length);
      length += piece.value.length;
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
    if (cause instanceof CheckpointError) throw cause;
    throw fail('a chunk is no zlib stream');
  }
  return out.subarray(0, length);
}

/** Gathers byte n of all elements: they were stored together. */
export function unshuffle(bytes: Bytes, elementSize: number): Bytes {
  if (elementSize <= 1) return bytes;
  const count = Math.floor(bytes.length / elementSize);
  const out = new Uint8Array(bytes.length);
  let from = 0;
  for (let byte = 0; byte < elementSize; byte++)
    for (let to = byte; to < count * elementSize; to += elementSize)
      out[to] = bytes[from++] as number;
  out.set(bytes.subarray(from), from); // a remainder is not shuffled
  return out;
}

function withoutFletcher32(bytes: Bytes, fail: Fail): Bytes {
  if (bytes.length < CHECKSUM) throw fail('a chunk is shorter than its checksum');
  const data = bytes.subarray(0, -CHECKSUM);
  const view = new DataView(bytes.buffer, bytes.byteOffset + data.length, CHECKSUM);
  const stored = view.getUint32(0, true);
  const found = fletcher32(data);
  // Files of HDF5 before 1.6.3 have the bytes of both halves swapped.
  const swapped = (((found & 0xff00ff) << 8) | ((found >>> 8) & 0xff00ff)) >>> 0;
  if (stored !== found && stored !== swapped)
    throw fail('the fletcher32 checksum of a chunk is wrong');
  return data;
}

/** Words that can be added up before a sum of 32 bits overflows. */
const WORDS = 360;
const fold = (sum: number) => (sum & 0xffff) + (sum >>> 16);

/** @see H5_checksum_fletcher32 in hdf5/src/H5checksum.c: big-endian words of 16 bits, carries folded back */
export function fletcher32(bytes: Uint8Array): number {
  let low = 0;
  let high = 0;
  const even = bytes.length - (bytes.length % 2);
  for (let at = 0; at < even; ) {
    const end = Math.min(even, at + 2 * WORDS);
    for (; at < end; at += 2) {
      low += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      high += low;
    }
    low = fold(low);
    high = fold(high);
  }
  if (even < bytes.length) {
    low = fold(low + ((bytes[even] as number) << 8));
    high = fold(high + low);
  }
  return ((fold(high) << 16) | fold(low)) >>> 0;
}
