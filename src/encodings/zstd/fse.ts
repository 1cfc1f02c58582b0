import { damage } from './damage.ts';

/** What each state of a finite state entropy decoder stands for, and the state that follows. */
export interface FseTable {
  /** Bits of a state. */
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  /** Bits to be read for the next state, which are added to `bases`. */
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** A table in the data, and where it ends. */
interface ReadTable {
  readonly table: FseTable;
  readonly end: number;
}

interface TableLimits {
  readonly accuracy: number;
  readonly symbols: number;
}

/** Reads the distribution at byte `at`. @see https://www.rfc-editor.org/rfc/rfc8878#section-4.1.1 */
export function readFseTable(
  bytes: Uint8Array,
  at: number,
  end: number,
  limits: TableLimits,
): ReadTable {
  const bits = forwardBits(bytes, at, end);
  const accuracy = bits.take(4) + 5;
  if (accuracy > limits.accuracy) damage('a table is too fine');
  const counts: number[] = [];
  let remaining = (1 << accuracy) + 1;
  let threshold = 1 << accuracy;
  let width = accuracy + 1;
  while (remaining > 1) {
    if (counts.length >= limits.symbols) damage('a table has too many symbols');
    const unused = 2 * threshold - 1 - remaining;
    const low = bits.look(width) & (threshold - 1);
    let count = low;
    if (low < unused) bits.take(width - 1);
    else {
      count = bits.take(width);
      if (count >= threshold) count -= unused;
    }
    count--;
    remaining -= Math.abs(count);
    counts.push(count);
    if (count === 0) skipZeros(bits, counts, limits.symbols);
    while (remaining < threshold) {
      width--;
      threshold >>= 1;
    }
  }
  if (remaining !== 1) damage('a table does not add up');
  return { table: buildFseTable(counts, accuracy), end: bits.end() };
}

/** How many more symbols do not occur, two bits at a time. */
function skipZeros(bits: ForwardBits, counts: number[], limit: number): void {
  for (let repeat = 3; repeat === 3; ) {
    repeat = bits.take(2);
    for (let i = 0; i < repeat; i++) counts.push(0);
    if (counts.length > limit) damage('a table has too many symbols');
  }
}

interface ForwardBits {
  take(count: number): number;
  look(count: number): number;
  /** The first byte of which nothing was taken. */
  end(): number;
}

function forwardBits(bytes: Uint8Array, start: number, end: number): ForwardBits {
  let position = 0;
  const look = (count: number): number => {
    const at = start + (position >>> 3);
    let word = 0;
    for (let i = 0; i < 4; i++) if (at + i < end) word |= (bytes[at + i] ?? 0) << (8 * i);
    return (word >>> (position & 7)) & ((1 << count) - 1);
  };
  return {
    look,
    take(count) {
      const value = look(count);
      position += count;
      if (start + Math.ceil(position / 8) > end) damage('a table ends too early');
      return value;
    },
    end: () => start + Math.ceil(position / 8),
  };
}

/** @param counts of each symbol, of `2 ** accuracy` in all; −1: less than one */
export function buildFseTable(counts: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size - 1;
  for (const [symbol, count] of counts.entries()) {
    if (count === -1) symbols[high--] = symbol;
    next[symbol] = Math.abs(count);
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let i = 0; i < count; i++) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position > high);
    }
  }
  if (position !== 0) damage('a table does not add up');
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] ?? 0;
    const count = next[symbol] ?? 0;
    next[symbol] = count + 1;
    const width = accuracy - (31 - Math.clz32(count));
    bits[state] = width;
    bases[state] = (count << width) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/** Of a single symbol, which takes no bits. */
export function constantTable(symbol: number): FseTable {
  return {
    accuracy: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    bases: new Uint16Array(1),
  };
}
