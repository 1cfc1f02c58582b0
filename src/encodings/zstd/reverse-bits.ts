import { damage } from './damage.ts';

/** Bits of a stream that is read from its end; a 1 above the last of them marks where that is. */
export class ReverseBits {
  /** Bits that are left; negative once more were asked for than there were: those are 0. */
  left: number;
  readonly bytes: Uint8Array;
  /** Byte at which the stream begins, which is where it is read last. */
  readonly start: number;

  /** Of the bytes `[start, end)`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? (bytes[end - 1] ?? 0) : 0;
    if (last === 0) damage('a stream of bits has no end');
    this.bytes = bytes;
    this.start = start;
    this.left = (end - start) * 8 - Math.clz32(last) + 23;
  }

  /** The next `count` bits, at most 31. */
  read(count: number): number {
    if (count > 24) {
      const high = this.read(count - 16);
      return ((high << 16) | this.read(16)) >>> 0;
    }
    this.left -= count;
    return this.#at(this.left, count);
  }

  /** The next `count` bits, at most 24, which stay to be read. */
  peek(count: number): number {
    return this.#at(this.left - count, count);
  }

  #at(position: number, count: number): number {
    if (position < 0) {
      const has = count + position;
      return has <= 0 ? 0 : this.#at(0, has) << -position;
    }
    const bytes = this.bytes;
    const at = this.start + (position >>> 3);
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    return (word >>> (position & 7)) & ((1 << count) - 1);
  }
}
