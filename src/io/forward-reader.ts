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
 * offset and how many bytes are needed from there, and gives at least those, or what the file has.
 */
export function forwardReader(
  source: ByteSource,
  signal?: AbortSignal,
): (start: number, needed: number) => Promise<Window> {
  const { size } = source;
  let held = windowOf(0, new Uint8Array());
  let ahead: Promise<Uint8Array<ArrayBuffer>> | undefined;

  const read = (start: number, end: number) => source.read(start, Math.min(end, size), signal);

  return async (start, needed) => {
    const heldEnd = held.base + held.bytes.length;
    const inside = start >= held.base && start <= heldEnd;
    const parts = inside ? [held.bytes.subarray(start - held.base)] : [];
    let end = inside ? heldEnd : start;
    const take = (part: Uint8Array<ArrayBuffer>) => {
      parts.push(part);
      end += part.length;
    };
    if (inside && ahead !== undefined) take(await ahead);
    ahead = undefined;
    const target = Math.min(size, start + Math.max(needed, PIECE));
    if (end < start + needed && end < target) take(await read(end, target));
    if (end < size) {
      ahead = read(end, end + PIECE);
      // Whoever waits for it learns of a failure; nobody may be waiting any more.
      ahead.catch(() => undefined);
    }
    held = windowOf(start, joined(parts));
    return held;
  };
}

function windowOf(base: number, bytes: Uint8Array<ArrayBuffer>): Window {
  return { base, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const filled = parts.filter(({ length }) => length > 0);
  const [only] = filled;
  if (only && filled.length === 1) return only;
  const whole = new Uint8Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of filled) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
