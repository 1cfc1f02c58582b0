import type { ByteSource } from './byte-source.ts';

/** Large enough that the cost of a read is small beside it, small enough to show progress. */
const PIECE = 8 << 20;

/** Some bytes of a file, and where they lie in it. */
export interface Window {
  /** Offset in the file of the first of `bytes`. */
  readonly base: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
}

/**
 * Reads a file forward in large pieces, one ahead of what is worked on. The function it gives takes an
 * offset, not below any that it took before, and how many bytes are needed from there; it gives at least
 * those, or what the file has. Only bytes that lie across two pieces are copied.
 */
export function forwardReader(
  source: ByteSource,
  signal?: AbortSignal,
): (start: number, needed: number) => Promise<Window> {
  const { size } = source;
  let held: Window[] = [];
  let ahead: { readonly start: number; readonly window: Promise<Window> } | undefined;

  const read = async (start: number) =>
    windowAt(start, await source.read(start, Math.min(start + PIECE, size), signal));

  async function pieceAt(start: number): Promise<Window> {
    const piece = await (ahead?.start === start ? ahead.window : read(start));
    const next = endOf(piece);
    ahead = next < size ? { start: next, window: read(next) } : undefined;
    // Whoever waits for it learns of a failure; nobody may be waiting any more.
    ahead?.window.catch(() => undefined);
    return piece;
  }

  return async (start, needed) => {
    const end = Math.min(size, start + needed);
    held = held.filter((piece) => endOf(piece) > start);
    for (let at = endOf(held.at(-1)) ?? start; at < end; at = endOf(held.at(-1)) ?? at) {
      held.push(await pieceAt(at));
    }
    const [first, ...others] = held;
    if (!first) return windowAt(start, new Uint8Array());
    const rest = first.bytes.subarray(start - first.base);
    if (others.length === 0 || rest.length >= needed) return windowAt(start, rest);
    return windowAt(start, joined([rest, ...others.map(({ bytes }) => bytes)], end - start));
  };
}

function endOf(window: Window): number;
function endOf(window: Window | undefined): number | undefined;
function endOf(window: Window | undefined): number | undefined {
  return window && window.base + window.bytes.length;
}

function windowAt(base: number, bytes: Uint8Array<ArrayBuffer>): Window {
  return { base, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** The first `length` bytes of some pieces laid end to end. */
function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    const part = piece.subarray(0, length - at);
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
