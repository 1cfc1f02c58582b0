/** A piece of an axis, in elements. */
export interface Extent {
  readonly start: number;
  /** `null`: the whole axis. */
  readonly length: number | null;
}

/** The first byte of the keys of slices, and of no tensor's name. */
export const SLICE_KEY = 0;

/**
 * The key under which a slice of a tensor is kept, so ordered that all slices of a tensor lie together:
 *
 *     0 · name, escaped, · rank · start and length of each axis, where −1 is all of it
 *
 * @param name UTF-8
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice_util.cc
 * @see https://github.com/google/orderedcode for the numbers
 */
export function sliceKey(name: Uint8Array, extents: readonly Extent[]): Uint8Array {
  const escaped: number[] = [];
  for (const byte of name) {
    escaped.push(byte);
    if (byte === 0) escaped.push(255);
    else if (byte === 255) escaped.push(0);
  }
  const numbers = extents.flatMap(({ start, length }) => [signed(start), signed(length ?? -1)]);
  return Uint8Array.from([
    SLICE_KEY,
    ...escaped,
    0,
    1,
    ...unsigned(extents.length),
    ...numbers.flat(),
  ]);
}

/** How many bytes follow, and those bytes, the highest first. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [bytes.length, ...bytes];
}

/**
 * Seven bits a byte, the highest first: as many ones in front as there are bytes, then a zero, then the number;
 * a negative one has every bit turned, so that bytes sort as numbers do.
 */
function signed(value: number): number[] {
  const magnitude = value < 0 ? -value - 1 : value;
  let length = 1;
  while (magnitude >= 2 ** (7 * length - 1)) length++;
  let bits = BigInt(magnitude) | (((1n << BigInt(length)) - 1n) << BigInt(7 * length));
  if (value < 0) bits ^= (1n << BigInt(8 * length)) - 1n;
  return Array.from({ length }, (_, i) => Number((bits >> BigInt(8 * (length - 1 - i))) & 255n));
}
