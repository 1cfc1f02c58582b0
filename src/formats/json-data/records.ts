import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { gunzip, piecesOf } from '#io/gunzip.ts';
import { rewindable } from '#io/rewind.ts';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
export type Example = { readonly [key: string]: Json };

/** Examples that are read in parts. */
export interface Records {
  readonly count: number;
  read(from: number, to: number, signal?: AbortSignal): Promise<readonly Example[]>;
}

/** A line without an end is no example. */
const MAX_LINE = 2 ** 26;

/** Python writes these bare into JSON. Strings come first: they may hold them. */
const BARE = /"(?:[^"\\]|\\.)*"|-?\b(?:Infinity|NaN|inf|nan)\b/g;

/** A value; bare `NaN` and infinities are `null`, which is no number either. Throws `SyntaxError`. */
export function parseValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const quoted = text.replace(BARE, (token) => (token.startsWith('"') ? token : 'null'));
    if (quoted === text) throw error;
    return JSON.parse(quoted) as Json;
  }
}

export function isExample(value: Json): value is Example {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON lines: read once, in which each is shown to `see`; then only where each begins is kept, eight bytes of it.
 * Throws `malformed` with the line, counted from 1, that is no object.
 */
export async function openLines(
  source: ByteSource,
  see: (example: Example, row: number) => void,
  signal?: AbortSignal,
): Promise<Records> {
  const { path } = source;
  const [first, second] = await source.read(0, Math.min(2, source.size), signal);
  const isPacked = first === 0x1f && second === 0x8b;
  const starts: number[] = [];
  const lines = createLines();
  let line = 0;
  const take = ({ bytes, start }: Line): void => {
    line++;
    const text = decode(bytes);
    if (text === '') return;
    see(exampleOf(text, line, path), starts.length);
    starts.push(start);
  };
  for await (const bytes of isPacked ? gunzip(source, signal) : piecesOf(source, signal)) {
    signal?.throwIfAborted();
    for (const one of lines.feed(bytes)) take(one);
    if (lines.held > MAX_LINE) {
      const problem = {
        kind: 'too-large',
        what: 'line',
        size: lines.held,
        limit: MAX_LINE,
      } as const;
      throw new CheckpointError(problem, { path });
    }
  }
  const rest = lines.end();
  if (rest) take(rest);
  starts.push(lines.seen);
  const offsets = Float64Array.from(starts);
  const forward = isPacked ? rewindable(() => gunzip(source)) : undefined;
  return {
    count: offsets.length - 1,
    async read(from, to, signal) {
      const [start = 0, end = 0] = [offsets[from], offsets[to]];
      const bytes = await (forward ?? source.read)(start, end, signal);
      const texts = decode(bytes)
        .split('\n')
        .filter((text) => text.trim() !== '');
      return texts.map((text, i) => exampleOf(text, from + i + 1, path));
    },
  };
}

function exampleOf(text: string, line: number, path: string): Example {
  let value: Json;
  try {
    value = parseValue(text);
  } catch (cause) {
    const what = `line ${line} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new CheckpointError({ kind: 'malformed', what }, { path }, { cause });
  }
  if (isExample(value)) return value;
  const what = `line ${line} is no object`;
  throw new CheckpointError({ kind: 'malformed', what }, { path });
}

const decoder = new TextDecoder();

const decode = (bytes: Uint8Array) => decoder.decode(bytes).trim();

interface Line {
  readonly bytes: Uint8Array;
  /** Offset in what was fed. */
  readonly start: number;
}

const LINE_FEED = 0x0a;

/** Splits bytes at line feeds, whatever the pieces they come in. */
function createLines() {
  let pending: Uint8Array[] = [];
  let held = 0;
  let start = 0;
  let seen = 0;

  function close(last: Uint8Array): Line {
    const bytes = new Uint8Array(held + last.length);
    let at = 0;
    for (const piece of [...pending, last]) {
      bytes.set(piece, at);
      at += piece.length;
    }
    pending = [];
    held = 0;
    return { bytes, start };
  }

  return {
    get held() {
      return held;
    },
    get seen() {
      return seen;
    },
    *feed(bytes: Uint8Array): Generator<Line> {
      let from = 0;
      for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
        yield close(bytes.subarray(from, at));
        from = at + 1;
        start = seen + from;
      }
      if (from < bytes.length) {
        pending.push(bytes.subarray(from));
        held += bytes.length - from;
      }
      seen += bytes.length;
    },
    end: (): Line | undefined => (held > 0 ? close(new Uint8Array()) : undefined),
  };
}
