import { BITS, type Dtype } from '#domain/dtype.ts';
import { crc32c, maskCrc32c } from '#encodings/crc32c.ts';
import type { Cursor } from '#io/cursor.ts';

/** The lengths that are stored as 32 bits in the checksum; longer ones as 64. */
const MAX_SHORT = 2 ** 32 - 1;

export interface Elements {
  readonly elements: readonly Uint8Array<ArrayBuffer>[];
  /** Masked, as it should stand in the entry. */
  readonly crc: number;
}

/**
 * The elements of a string tensor, and the checksum that they should have:
 *
 *     varint length … · u32 masked checksum of the lengths · bytes …
 *
 * The checksum is of the lengths as 32 or 64 bits each, the stored checksum, and the bytes. The cursor is over
 * all of the tensor. Throws `corrupt` where the checksum of the lengths does not match.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/tensor_bundle/tensor_bundle.cc `WriteStringTensor`
 */
export function parseStrings(cursor: Cursor, count: number, bigEndian: boolean): Elements {
  const lengths: number[] = [];
  while (lengths.length < count) lengths.push(cursor.varint());
  const checked = crc32c(fixedLengths(lengths, bigEndian));
  const stored = cursor.bytes(4);
  if (maskCrc32c(checked) !== readU32(stored, bigEndian)) {
    cursor.fail({ kind: 'corrupt', what: 'the checksum of its lengths does not match' });
  }
  const sum = lengths.reduce((total, length) => total + length, 0);
  if (sum !== cursor.remaining) {
    const what = `its lengths add up to ${sum}, but it has ${cursor.remaining} bytes`;
    cursor.fail({ kind: 'malformed', what });
  }
  let crc = crc32c(stored, checked);
  const elements = lengths.map((length) => {
    const element = cursor.bytes(length);
    crc = crc32c(element, crc);
    return element;
  });
  return { elements, crc: maskCrc32c(crc) };
}

/**
 * The elements of a variant tensor, each a serialised `VariantTensorDataProto`:
 *
 *     varint length · bytes · u32 masked checksum of all so far
 *
 * @see `WriteVariantTensor` beside `WriteStringTensor`
 */
export function parseVariants(cursor: Cursor, count: number, bigEndian: boolean): Elements {
  const elements: Uint8Array<ArrayBuffer>[] = [];
  let crc = 0;
  while (elements.length < count) {
    const length = cursor.varint();
    crc = crc32c(fixed(length, 8, bigEndian), crc);
    const element = cursor.bytes(length);
    crc = crc32c(element, crc);
    const stored = cursor.bytes(4);
    if (maskCrc32c(crc) !== readU32(stored, bigEndian)) {
      cursor.fail({ kind: 'corrupt', what: 'the checksum of an element does not match' });
    }
    crc = crc32c(stored, crc);
    elements.push(element);
  }
  if (!cursor.done) cursor.fail({ kind: 'malformed', what: 'more follows its last element' });
  return { elements, crc: maskCrc32c(crc) };
}

/** Turns big-endian elements little-endian, where they lie. */
export function swapBytes(bytes: Uint8Array, dtype: Dtype): void {
  const width = dtype.startsWith('complex') ? BITS[dtype] / 16 : BITS[dtype] / 8;
  if (width < 2) return;
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

function fixedLengths(lengths: readonly number[], bigEndian: boolean): Uint8Array {
  const size = lengths.reduce((sum, length) => sum + (length > MAX_SHORT ? 8 : 4), 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const length of lengths) {
    const width = length > MAX_SHORT ? 8 : 4;
    bytes.set(fixed(length, width, bigEndian), at);
    at += width;
  }
  return bytes;
}

function fixed(value: number, width: 4 | 8, bigEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(width));
  if (width === 4) view.setUint32(0, value, !bigEndian);
  else view.setBigUint64(0, BigInt(value), !bigEndian);
  return new Uint8Array(view.buffer);
}

function readU32(bytes: Uint8Array<ArrayBuffer>, bigEndian: boolean): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, !bigEndian);
}
