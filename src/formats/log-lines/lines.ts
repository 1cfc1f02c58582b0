import { CheckpointError, type Place } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { forwardReader } from '#io/forward-reader.ts';

/** A line must be in memory to be parsed. Real ones have some thousands of characters. */
const MAX_LINE = 64 << 20;

const LINE_FEED = 10;

/** A line of a text file, without its end. */
export interface Line {
  readonly text: string;
  /** Its first byte in the file. */
  readonly offset: number;
  /** Counted from 1; 0 where reading did not start at the start of the file. */
  readonly number: number;
  /** The file ends in it: it may not be whole yet. */
  readonly isLast: boolean;
}

/** Lines that follow on from each other. */
export interface Lines {
  readonly lines: readonly Line[];
  /** Behind the last whole line. */
  readonly end: number;
}

interface LinesOptions {
  /** The first byte of a line. */
  readonly from?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The lines of a text file in UTF-8, some megabytes of them at a time. Lines end with a line feed, before
 * which a carriage return may stand; a byte order mark is no part of the first. Throws `too-large`, and
 * `changed` when the file has become shorter than `from`.
 */
export async function* readLines(
  source: ByteSource,
  { from = 0, signal }: LinesOptions = {},
): AsyncGenerator<Lines> {
  const { path, size } = source;
  if (from > size) throw new CheckpointError({ kind: 'changed' }, { path });
  const window = forwardReader(source, signal);
  let at = from;
  let needed = 1;
  let number = from === 0 ? 1 : 0;
  while (at < size) {
    const { bytes } = await window(at, needed);
    signal?.throwIfAborted();
    const isRest = at + bytes.length >= size;
    const whole = bytes.lastIndexOf(LINE_FEED) + 1;
    if (whole === 0 && !isRest) {
      // A line that does not fit is asked for again, and twice as much with it.
      needed = twice(bytes.length, { path, offset: at });
      continue;
    }
    needed = 1;
    const lines = linesOf(bytes.subarray(0, whole), at, number, false);
    if (number > 0) number += lines.length;
    if (isRest && whole < bytes.length) {
      lines.push(...linesOf(bytes.subarray(whole), at + whole, number, true));
    }
    yield { lines, end: at + whole };
    if (isRest) return;
    at += whole;
  }
}

function twice(length: number, place: Place): number {
  const size = length * 2;
  if (size <= MAX_LINE) return size;
  throw new CheckpointError({ kind: 'too-large', what: 'a line', size, limit: MAX_LINE }, place);
}

const utf8 = new TextDecoder();

function linesOf(
  bytes: Uint8Array<ArrayBuffer>,
  base: number,
  first: number,
  isLast: boolean,
): Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, at);
    const end = found < 0 ? bytes.length : found;
    const number = first === 0 ? 0 : first + lines.length;
    const text = utf8.decode(bytes.subarray(at, end));
    lines.push({
      text: text.endsWith('\r') ? text.slice(0, -1) : text,
      offset: base + at,
      number,
      isLast,
    });
    at = end + 1;
  }
  return lines;
}
