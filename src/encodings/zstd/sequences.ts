import { damage } from './damage.ts';
import { buildFseTable, constantTable, type FseTable, readFseTable } from './fse.ts';
import { ReverseBits } from './reverse-bits.ts';

/** What blocks take over from those before them. */
export interface History {
  /** Of lengths of literals, offsets and lengths of matches. */
  tables: (FseTable | undefined)[];
  /** The last three offsets. */
  offsets: [number, number, number];
}

/** Where blocks are written. */
export interface Output {
  bytes: Uint8Array<ArrayBuffer>;
  at: number;
  /** Sees to it that `length` bytes more have room. */
  reserve(length: number): void;
}

const LITERALS = [
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
  -1, -1, -1, -1,
];
const OFFSETS = [
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
];
const MATCHES = [
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
];

/** Extra bits of each code; codes begin where those before end. */
const LITERAL_BITS = [
  ...new Array<number>(16).fill(0),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
];
const MATCH_BITS = [
  ...new Array<number>(32).fill(0),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
];
const LITERAL_BASES = basesOf(LITERAL_BITS, 0);
const MATCH_BASES = basesOf(MATCH_BITS, 3);

function basesOf(bits: readonly number[], first: number): readonly number[] {
  let base = first;
  return bits.map((width) => {
    const own = base;
    base += 2 ** width;
    return own;
  });
}

interface Kind {
  readonly usual: FseTable;
  readonly accuracy: number;
  readonly symbols: number;
}

const KINDS: readonly Kind[] = [
  { usual: buildFseTable(LITERALS, 6), accuracy: 9, symbols: 36 },
  { usual: buildFseTable(OFFSETS, 5), accuracy: 8, symbols: 32 },
  { usual: buildFseTable(MATCHES, 6), accuracy: 9, symbols: 53 },
];

/**
 * Carries out the sequences at byte `at` of a block that ends at `end`: literals and matches in turn.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.3.2
 */
export function executeSequences(
  bytes: Uint8Array,
  [start, end]: readonly [number, number],
  literals: Uint8Array,
  { history, out }: { readonly history: History; readonly out: Output },
): void {
  const { count, at } = readCount(bytes, start, end);
  if (count === 0) {
    if (at !== end) damage('something follows a block');
    copyLiterals(out, literals, 0, literals.length);
    return;
  }
  const streamStart = readTables(bytes, at, end, history);
  const [lengths, offsets, matches] = history.tables;
  if (!lengths || !offsets || !matches) damage('there is no table to repeat');
  const bits = new ReverseBits(bytes, streamStart, end);
  let [a, b, c] = [
    bits.read(lengths.accuracy),
    bits.read(offsets.accuracy),
    bits.read(matches.accuracy),
  ];
  let used = 0;
  for (let left = count; left > 0; left--) {
    const code = offsets.symbols[b] as number;
    const value = 2 ** code + bits.read(code);
    const match = matches.symbols[c] as number;
    const matchLength = (MATCH_BASES[match] as number) + bits.read(MATCH_BITS[match] as number);
    const literal = lengths.symbols[a] as number;
    const length = (LITERAL_BASES[literal] as number) + bits.read(LITERAL_BITS[literal] as number);
    if (left > 1) {
      a = (lengths.bases[a] as number) + bits.read(lengths.bits[a] as number);
      c = (matches.bases[c] as number) + bits.read(matches.bits[c] as number);
      b = (offsets.bases[b] as number) + bits.read(offsets.bits[b] as number);
    }
    if (bits.left < 0) damage('sequences end too early');
    copyLiterals(out, literals, used, length);
    used += length;
    copyMatch(out, offsetOf(value, length === 0, history), matchLength);
  }
  if (bits.left !== 0) damage('sequences do not end where they should');
  copyLiterals(out, literals, used, literals.length - used);
}

function readCount(bytes: Uint8Array, at: number, end: number): { count: number; at: number } {
  if (at >= end) damage('a block has no sequences');
  const byte = (i: number) => bytes[at + i] ?? 0;
  if (byte(0) < 128) return { count: byte(0), at: at + 1 };
  if (byte(0) < 255) return { count: ((byte(0) - 128) << 8) + byte(1), at: at + 2 };
  return { count: byte(1) + (byte(2) << 8) + 0x7f00, at: at + 3 };
}

/** Gives where the bits begin. */
function readTables(bytes: Uint8Array, start: number, end: number, history: History): number {
  const modes = bytes[start] ?? 0;
  if (start >= end || (modes & 3) !== 0) damage('the tables of a block are damaged');
  let at = start + 1;
  for (const [i, kind] of KINDS.entries()) {
    const mode = (modes >> (6 - 2 * i)) & 3;
    if (mode === 0) history.tables[i] = kind.usual;
    else if (mode === 1) {
      const symbol = bytes[at++] ?? 0;
      if (at > end || symbol >= kind.symbols) damage('a table has a symbol that there is not');
      history.tables[i] = constantTable(symbol);
    } else if (mode === 2) {
      const read = readFseTable(bytes, at, end, kind);
      history.tables[i] = read.table;
      at = read.end;
    }
  }
  return at;
}

/** The first three values stand for offsets that were used last. */
function offsetOf(value: number, isAfterMatch: boolean, history: History): number {
  const [first, second, third] = history.offsets;
  if (value > 3) {
    history.offsets = [value - 3, first, second];
    return value - 3;
  }
  const which = value + (isAfterMatch ? 1 : 0);
  if (which === 1) return first;
  const offset = which === 2 ? second : which === 3 ? third : first - 1;
  history.offsets = which === 2 ? [offset, first, third] : [offset, first, second];
  return offset;
}

function copyLiterals(out: Output, literals: Uint8Array, from: number, length: number): void {
  if (length < 0 || from + length > literals.length) damage('there are too few literals');
  out.reserve(length);
  const { bytes, at } = out;
  if (length > 32) bytes.set(literals.subarray(from, from + length), at);
  else for (let i = 0; i < length; i++) bytes[at + i] = literals[from + i] as number;
  out.at += length;
}

/** What is repeated may itself be what is being written. */
function copyMatch(out: Output, offset: number, length: number): void {
  if (offset < 1 || offset > out.at) damage('a match lies before the contents');
  out.reserve(length);
  const { bytes, at } = out;
  if (offset >= length && length > 32) bytes.copyWithin(at, at - offset, at - offset + length);
  else for (let i = 0; i < length; i++) bytes[at + i] = bytes[at - offset + i] as number;
  out.at += length;
}
