import { damage } from './damage.ts';
import { readFseTable } from './fse.ts';
import { ReverseBits } from './reverse-bits.ts';

/** For each value of the next `width` bits, the symbol that begins there and the bits that it takes. */
export interface HuffmanTable {
  readonly width: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const MAX_WIDTH = 11;
const MAX_WEIGHTS = 255;
const WEIGHTS = { accuracy: 6, symbols: 256 };

/** The table at byte `at`, and where it ends. @see https://www.rfc-editor.org/rfc/rfc8878#section-4.2.1 */
export function readHuffmanTable(bytes: Uint8Array, at: number, end: number) {
  const header = at < end ? (bytes[at] ?? 0) : damage('a tree is missing');
  const start = at + 1;
  const count = header - 127;
  const stop = start + (header < 128 ? header : Math.ceil(count / 2));
  if (stop > end) damage('a tree ends too early');
  const weights =
    header < 128
      ? readCompressedWeights(bytes, start, stop)
      : Array.from({ length: count }, (_, i) => {
          const byte = bytes[start + (i >> 1)] ?? 0;
          return i % 2 === 0 ? byte >> 4 : byte & 15;
        });
  return { table: buildTable(weights), end: stop };
}

/** Two decoders take turns, until there are no bits for the next. */
function readCompressedWeights(bytes: Uint8Array, start: number, stop: number): number[] {
  const { table, end } = readFseTable(bytes, start, stop, WEIGHTS);
  const stream = new ReverseBits(bytes, end, stop);
  const states = [stream.read(table.accuracy), stream.read(table.accuracy)];
  const weights: number[] = [];
  for (let turn = 0; ; turn = 1 - turn) {
    const state = states[turn] ?? 0;
    weights.push(table.symbols[state] ?? 0);
    if (weights.length > MAX_WEIGHTS) damage('a tree has too many symbols');
    const width = table.bits[state] ?? 0;
    if (stream.left < width) {
      weights.push(table.symbols[states[1 - turn] ?? 0] ?? 0);
      return weights;
    }
    states[turn] = (table.bases[state] ?? 0) + stream.read(width);
  }
}

/** The weight of the last symbol is what is left to a power of two. */
function buildTable(weights: readonly number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > MAX_WIDTH) damage('a tree is too deep');
    if (weight > 0) sum += 1 << (weight - 1);
  }
  const width = 32 - Math.clz32(sum);
  const left = (1 << width) - sum;
  if (sum === 0 || width > MAX_WIDTH || (left & (left - 1)) !== 0) damage('a tree is not full');
  const all = [...weights, 32 - Math.clz32(left)];
  const symbols = new Uint8Array(1 << width);
  const bits = new Uint8Array(1 << width);
  let at = 0;
  for (let weight = 1; weight <= width; weight++) {
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      symbols.fill(symbol, at, at + (1 << (weight - 1)));
      bits.fill(width + 1 - weight, at, at + (1 << (weight - 1)));
      at += 1 << (weight - 1);
    }
  }
  return { width, symbols, bits };
}

/** Fills `out` with the symbols of a stream, which must end with the last of them. */
export function decodeHuffman(
  { width, symbols, bits }: HuffmanTable,
  stream: ReverseBits,
  out: Uint8Array,
): void {
  const { bytes, start } = stream;
  const mask = (1 << width) - 1;
  let left = stream.left;
  let next = 0;
  // Where there are bits enough they are looked up without a call, three bytes at a time.
  for (; next < out.length && left >= width; next++) {
    const position = left - width;
    const at = start + (position >>> 3);
    const word =
      (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const state = (word >>> (position & 7)) & mask;
    out[next] = symbols[state] as number;
    left -= bits[state] as number;
  }
  stream.left = left;
  for (; next < out.length; next++) {
    const state = stream.peek(width);
    out[next] = symbols[state] as number;
    stream.left -= bits[state] as number;
  }
  if (stream.left !== 0) damage('literals do not end where they should');
}
