import { BITS } from '#domain/dtype.ts';
import { CheckpointError, type Place } from '#domain/problem.ts';
import { crc32c } from '#encodings/crc32c.ts';
import { decompressZstd, hasZstdChecksum } from '#encodings/zstd/zstd.ts';
import type { BytesCodec, ZarrArray } from './metadata.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface Decoding {
  /** Bytes of the contents. */
  readonly size: number;
  readonly limit: number;
  readonly place: Place;
  readonly verify?: boolean | undefined;
}

/** Undoes what was done to the bytes of a chunk. Throws `corrupt`, `too-large`. */
export async function decodeBytes(
  stored: Bytes,
  codecs: readonly BytesCodec[],
  { size, limit, place, verify = false }: Decoding,
): Promise<Bytes> {
  if (size > limit) {
    throw new CheckpointError({ kind: 'too-large', what: 'a chunk', size, limit }, place);
  }
  const corrupt = (what: string) => new CheckpointError({ kind: 'corrupt', what }, place);
  let bytes = stored;
  for (const [i, codec] of codecs.toReversed().entries()) {
    // What is under the compression has a checksum behind it, perhaps.
    const sums = codecs.slice(0, codecs.length - 1 - i).filter((one) => one === 'crc32c').length;
    const wanted = size + 4 * sums;
    if (codec === 'zstd') bytes = decompressZstd(bytes, { limit: limit + 4 * sums, place, verify });
    else if (codec === 'crc32c') bytes = checked(bytes, corrupt);
    else bytes = await inflate(bytes, codec === 'gzip' ? 'gzip' : 'deflate', wanted, corrupt);
  }
  if (bytes.length === size) return bytes;
  throw corrupt(`a chunk is ${bytes.length} bytes instead of ${size}`);
}

/** Whether a chunk has a checksum of its contents. */
export function isChecksummed(stored: Bytes, codecs: readonly BytesCodec[], place: Place): boolean {
  if (codecs.includes('crc32c') || codecs.includes('gzip') || codecs.includes('zlib')) return true;
  return codecs.at(-1) === 'zstd' && hasZstdChecksum(stored, place);
}

/** `contents · CRC-32C u32` */
function checked(bytes: Bytes, corrupt: (what: string) => CheckpointError): Bytes {
  const end = bytes.length - 4;
  if (end < 0) throw corrupt('a chunk is too short for its checksum');
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
  if (crc32c(bytes, 0, 0, end) !== stored) throw corrupt('a chunk does not match its checksum');
  return bytes.subarray(0, end);
}

/** Their own checksums are compared by the browser. */
async function inflate(
  bytes: Bytes,
  format: 'gzip' | 'deflate',
  size: number,
  corrupt: (what: string) => CheckpointError,
): Promise<Bytes> {
  const out = new Uint8Array(size);
  let at = 0;
  const reader = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream(format))
    .getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      if (at + value.length > size) throw corrupt(`a chunk inflates to more than ${size} bytes`);
      out.set(value, at);
      at += value.length;
    }
  } catch (error) {
    throw error instanceof CheckpointError ? error : corrupt('a compressed chunk is damaged');
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return out.subarray(0, at);
}

/** Elements of a chunk row-major and little-endian. */
export function orderChunk(bytes: Bytes, { chunk, dtype, encoding }: ZarrArray): Bytes {
  const width = BITS[dtype] / 8;
  const parts = dtype.startsWith('complex') ? width / 2 : width;
  const { axes, bigEndian } = encoding;
  const isAhead = axes.every((axis, i) => axis === i);
  const ordered = isAhead ? bytes : transposed(bytes, chunk, axes, width);
  if (!bigEndian || parts === 1) return ordered;
  const swapped = ordered.slice();
  for (let at = 0; at < swapped.length; at += parts) swapped.subarray(at, at + parts).reverse();
  return swapped;
}

function transposed(
  bytes: Bytes,
  shape: readonly number[],
  axes: readonly number[],
  width: number,
): Bytes {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = width;
  for (const axis of axes.toReversed()) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  const out = new Uint8Array(bytes.length);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += width) {
    for (let byte = 0; byte < width; byte++) out[to + byte] = bytes[from + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      index[axis] = next;
      if (next < (shape[axis] ?? 1)) break;
      from -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return out;
}
