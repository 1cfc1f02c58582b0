import { damage } from './damage.ts';
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from './huffman.ts';
import { ReverseBits } from './reverse-bits.ts';

/** Bytes that blocks copy to the output between matches. */
export interface Literals {
  readonly bytes: Uint8Array;
  /** Where the section ends. */
  readonly end: number;
  /** For the blocks to come. */
  readonly table: HuffmanTable | undefined;
}

interface Header {
  readonly type: number;
  readonly size: number;
  readonly stored: number;
  readonly streams: 1 | 4;
  /** Where the header ends. */
  readonly end: number;
}

const MAX_BLOCK = 2 ** 17;

/** The literals of the block `[at, end)`. @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.3.1 */
export function readLiterals(
  bytes: Uint8Array,
  at: number,
  end: number,
  before: HuffmanTable | undefined,
): Literals {
  const header = readHeader(bytes, at);
  const { type, size, stored } = header;
  const stop = header.end + stored;
  if (stop > end || size > MAX_BLOCK) damage('literals are longer than their block');
  if (type === 0) return { bytes: bytes.subarray(header.end, stop), end: stop, table: before };
  if (type === 1) {
    const literals = new Uint8Array(size).fill(bytes[header.end] ?? 0);
    return { bytes: literals, end: stop, table: before };
  }
  const read = type === 2 ? readHuffmanTable(bytes, header.end, stop) : undefined;
  const table = read?.table ?? before ?? damage('there is no tree to repeat');
  const out = new Uint8Array(size);
  const start = read?.end ?? header.end;
  if (header.streams === 1) {
    decodeHuffman(table, new ReverseBits(bytes, start, stop), out);
  } else decodeFour(table, bytes, [start, stop], out);
  return { bytes: out, end: stop, table };
}

function readHeader(bytes: Uint8Array, at: number): Header {
  const byte = (i: number) => bytes[at + i] ?? 0;
  const type = byte(0) & 3;
  const format = (byte(0) >> 2) & 3;
  if (type < 2) {
    const [size, length] =
      format === 1
        ? [(byte(0) >> 4) | (byte(1) << 4), 2]
        : format === 3
          ? [(byte(0) >> 4) | (byte(1) << 4) | (byte(2) << 12), 3]
          : [byte(0) >> 3, 1];
    return { type, size, stored: type === 0 ? size : 1, streams: 1, end: at + length };
  }
  const width = [10, 10, 14, 18][format] ?? 10;
  let fields = 0;
  const length = [3, 3, 4, 5][format] ?? 3;
  for (let i = length - 1; i >= 0; i--) fields = fields * 256 + byte(i);
  fields = Math.floor(fields / 16);
  return {
    type,
    size: fields % 2 ** width,
    stored: Math.floor(fields / 2 ** width) % 2 ** width,
    streams: format === 0 ? 1 : 4,
    end: at + length,
  };
}

/** Four streams of as many symbols each; the last has what is left. */
function decodeFour(
  table: HuffmanTable,
  bytes: Uint8Array,
  [start, stop]: readonly [number, number],
  out: Uint8Array,
): void {
  const each = Math.ceil(out.length / 4);
  let at = start + 6;
  for (let i = 0; i < 4; i++) {
    const length = (bytes[start + 2 * i] ?? 0) | ((bytes[start + 2 * i + 1] ?? 0) << 8);
    const end = i === 3 ? stop : at + length;
    if (end > stop) damage('a stream of literals is longer than its section');
    const [from, to] = [i * each, i === 3 ? out.length : (i + 1) * each];
    if (from > to) damage('there are too few literals');
    decodeHuffman(table, new ReverseBits(bytes, at, end), out.subarray(from, to));
    at = end;
  }
}
