import type { Wire } from './wire.ts';

/** Bytes of one text that are kept. */
const MAX_TEXT = 65_536;

const DTYPE = 0x08;
const SHAPE = 0x12;
const STRING_VAL = 0x42;
const DIMENSION = 0x12;
const DT_STRING = 7;
/** `DT_FLOAT`, `DT_DOUBLE` */
const NUMBERS: ReadonlySet<number> = new Set([1, 2]);

/** What a tensor is where nothing says what it means. */
export type Guess = 'text' | 'image' | 'audio' | 'histogram' | 'other';

/**
 * The strings of a tensor from `[wire.at, wire.end)`, a line each, up to 64 kB of them; `''` where it
 * has none.
 *
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/plugins/text/summary_v2.py
 */
export function readText(wire: Wire): string {
  const lines: string[] = [];
  let left = MAX_TEXT;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key !== STRING_VAL) {
      wire.skip(key);
      continue;
    }
    const start = wire.delimited();
    if (left <= 0) continue;
    lines.push(textAt(wire, start, left));
    left -= wire.at - start;
  }
  return lines.join('\n');
}

function textAt(wire: Wire, start: number, most: number): string {
  if (wire.at - start <= most) return wire.text(start, wire.at);
  let end = start + most;
  // Not in the middle of a character.
  while (end > start && ((wire.bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${wire.text(start, end)}…`;
}

/**
 * What a tensor holds, by its dtype and rank: of a file that is read on from its middle, what was said
 * with the first event of a tag is not known.
 */
export function guessTensor(wire: Wire): Guess {
  let dtype = 0;
  let rank = 0;
  let strings = 0;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === DTYPE) dtype = wire.varint32();
    else if (key === SHAPE) rank = readRank(wire);
    else {
      if (key === STRING_VAL) strings++;
      wire.skip(key);
    }
  }
  if (dtype === DT_STRING) return rank === 2 ? 'audio' : guessStrings(strings);
  return rank === 2 && NUMBERS.has(dtype) ? 'histogram' : 'other';
}

/** Width and height come before pictures. */
function guessStrings(count: number): Guess {
  return count >= 3 ? 'image' : 'text';
}

function readRank(wire: Wire): number {
  const outer = wire.enter();
  let rank = 0;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === DIMENSION) rank++;
    wire.skip(key);
  }
  wire.end = outer;
  return rank;
}
