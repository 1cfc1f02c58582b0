import type { Problem } from '#domain/problem.ts';

export type Fail = (problem: Problem) => never;

/** Codes up to this length are found at once. */
const FAST = 9;

/** Codes of a Huffman table, canonical as in JPEG. */
export interface HuffmanTable {
  /** By the next bits: length × 256 + symbol; 0 for a longer code. */
  readonly fast: Uint16Array;
  /** By length: the largest code, −1 where there is none; and what a code of it is from its symbol. */
  readonly largest: Int32Array;
  readonly offset: Int32Array;
  readonly symbols: Uint8Array;
}

/** @param counts of the codes of each length, 1 … 16 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array, fail: Fail): HuffmanTable {
  const fast = new Uint16Array(2 ** FAST);
  const largest = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let code = 0;
  let at = 0;
  for (let length = 1; length <= 16; length++, code <<= 1) {
    const count = counts[length - 1] ?? 0;
    offset[length] = at - code;
    if (length <= FAST) {
      for (let i = 0; i < count; i++) {
        const first = (code + i) << (FAST - length);
        const entry = length * 256 + (symbols[at + i] ?? 0);
        fast.fill(entry, first, first + 2 ** (FAST - length));
      }
    }
    code += count;
    at += count;
    if (code > 2 ** length)
      fail({ kind: 'malformed', what: 'a Huffman table with too many codes' });
    if (count > 0) largest[length] = code - 1;
  }
  return { fast, largest, offset, symbols };
}

/** Bits of one entropy-coded segment: up to the next marker. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #fail: Fail;
  #at: number;
  #bits = 0;
  #count = 0;
  #padded = 0;

  constructor(bytes: Uint8Array, at: number, fail: Fail) {
    this.#bytes = bytes;
    this.#at = at;
    this.#fail = fail;
  }

  /** Where the marker after the segment is; throws `corrupt` where more was read than there is. */
  end(): number {
    if (this.#count < this.#padded) this.#starve();
    let at = this.#at;
    while (at + 1 < this.#bytes.length && !isMarker(this.#bytes, at)) at++;
    return at;
  }

  /** The next `length` bits, 16 at most, without a step past them. */
  peek(length: number): number {
    if (this.#count < length) this.#fill();
    return (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
  }

  skip(length: number): void {
    this.#count -= length;
    if (this.#padded > 64) this.#starve();
  }

  take(length: number): number {
    if (length === 0) return 0;
    const value = this.peek(length);
    this.skip(length);
    return value;
  }

  /** A number of `length` bits as JPEG writes differences: those with a leading 0 are negative. */
  signed(length: number): number {
    if (length === 0) return 0;
    const value = this.take(length);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  symbol({ fast, largest, offset, symbols }: HuffmanTable): number {
    const entry = fast[this.peek(FAST)] ?? 0;
    if (entry !== 0) {
      this.skip(entry >> 8);
      return entry & 255;
    }
    const bits = this.peek(16);
    for (let length = FAST + 1; length <= 16; length++) {
      const code = bits >> (16 - length);
      if (code > (largest[length] ?? -1)) continue;
      this.skip(length);
      return symbols[code + (offset[length] ?? 0)] ?? 0;
    }
    return this.#fail({ kind: 'corrupt', what: 'the compressed pixels are damaged' });
  }

  #fill(): void {
    while (this.#count <= 16) {
      let byte = this.#bytes[this.#at] ?? 0;
      if (this.#at >= this.#bytes.length || isMarker(this.#bytes, this.#at)) {
        byte = 0;
        this.#padded += 8;
      } else this.#at += byte === 0xff ? 2 : 1;
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
  }

  #starve(): never {
    return this.#fail({ kind: 'corrupt', what: 'the compressed pixels end too early' });
  }
}

/** Whether a marker begins here; `ff 00` is a byte of data. */
function isMarker(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] !== 0;
}
