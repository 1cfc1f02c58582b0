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
/** Bytes that fletcher32 adds, where it came before DEFLATE. */
const CHECKSUM = 4;

/** Names of the filters that cannot be undone here. */
export function unknownFilters(filters: readonly Filter[]): readonly string[] {
  return filters
    .filter(({ id }) => !KNOWN.includes(id))
    .map(({ id }) => NAMES[id] ?? `HDF5 filter ${id}`);
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

/** How each filter is undone, by its number. */
const UNDO: Readonly<
  Record<number, (bytes: Bytes, filter: Filter, chunk: Chunk, fail: Fail) => Bytes | Promise<Bytes>>
> = {
  [DEFLATE]: (bytes, _, { size }, fail) => inflate(bytes, size + CHECKSUM, fail),
  [SHUFFLE]: (bytes, { values }, { elementSize }) => unshuffle(bytes, values[0] ?? elementSize),
  [FLETCHER32]: (bytes, _, __, fail) => withoutFletcher32(bytes, fail),
  [LZF]: (bytes, _, { size }, fail) => decompressLzf(bytes, size, fail),
};

/** Undoes a filter pipeline, last filter first. Throws `corrupt` for a wrong checksum or stream. */
export async function unfilter(
  stored: Bytes,
  filters: readonly Filter[],
  chunk: Chunk,
): Promise<Bytes> {
  const { path, offset } = chunk;
  const fail = (what: string) => new CheckpointError({ kind: 'corrupt', what }, { path, offset });
  let bytes = stored;
  for (const [i, filter] of [...filters.entries()].reverse()) {
    if (chunk.mask & (1 << i)) continue;
    const undo = UNDO[filter.id];
    if (!undo)
      throw new CheckpointError(
        { kind: 'unsupported', feature: unknownFilters([filter]).join() },
        { path, offset },
      );
    bytes = await undo(bytes, filter, chunk, fail);
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
function unshuffle(bytes: Bytes, elementSize: number): Bytes {
  if (elementSize <= 1) return bytes;
  const count = Math.floor(bytes.length / elementSize);
  const out = new Uint8Array(bytes.length);
  for (let byte = 0; byte < elementSize; byte++)
    for (let i = 0; i < count; i++) out[i * elementSize + byte] = bytes[byte * count + i] ?? 0;
  const whole = count * elementSize; // a remainder is not shuffled
  out.set(bytes.subarray(whole), whole);
  return out;
}

function withoutFletcher32(bytes: Bytes, fail: Fail): Bytes {
  const data = bytes.subarray(0, -4);
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4);
  const stored = view.getUint32(0, true);
  const found = fletcher32(data);
  // Files of HDF5 before 1.6.3 on big-endian machines have the halves' bytes swapped.
  const swapped = (((found & 0xff00ff) << 8) | ((found >>> 8) & 0xff00ff)) >>> 0;
  if (stored !== found && stored !== swapped)
    throw fail('the fletcher32 checksum of a chunk is wrong');
  return data;
}

/** @see H5_checksum_fletcher32 in hdf5/src/H5checksum.c: big-endian 16-bit words, sums modulo 65535 */
export function fletcher32(bytes: Uint8Array): number {
  let low = 0;
  let high = 0;
  const words = Math.floor(bytes.length / 2);
  for (let i = 0; i < words; i++) {
    low = (low + (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0))) % 65535;
    high = (high + low) % 65535;
  }
  if (bytes.length % 2) {
    low = (low + ((bytes.at(-1) ?? 0) << 8)) % 65535;
    high = (high + low) % 65535;
  }
  // HDF5 folds carries instead of dividing, which leaves 65535 where a division leaves 0.
  const folded = (sum: number) => (sum === 0 && bytes.some((byte) => byte !== 0) ? 65535 : sum);
  return ((folded(high) << 16) | folded(low)) >>> 0;
}
