/** Bytes kept of what has been read, so that a step back of one batch is no new start. */
const KEPT = 2 ** 24;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Ranges out of what can only be read from its start, as inflated data: goes on where the last range ended, keeps a
 * little of what lies behind, and starts anew for what lies further back. Ranges are read one after another.
 *
 * @param open gives the contents in pieces, from the start
 * @returns the bytes `[from, to)`, or fewer where the contents end before
 */
export function rewindable(
  open: () => AsyncIterator<Uint8Array>,
): (from: number, to: number, signal?: AbortSignal) => Promise<Bytes> {
  let pieces: AsyncIterator<Uint8Array> | undefined;
  let held: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  /** Offset behind the last piece. */
  let end = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function restart(): Promise<void> {
    const old = pieces;
    pieces = undefined;
    held = [];
    end = 0;
    await old?.return?.();
  }

  async function advance(to: number, keepFrom: number, signal?: AbortSignal): Promise<void> {
    pieces ??= open();
    while (end < to) {
      signal?.throwIfAborted();
      const { done, value } = await pieces.next();
      if (done) return;
      held.push({ at: end, bytes: value });
      end += value.length;
      const limit = Math.min(keepFrom, end - KEPT);
      held = held.filter(({ at, bytes }) => at + bytes.length > limit);
    }
  }

  async function read(from: number, to: number, signal?: AbortSignal): Promise<Bytes> {
    signal?.throwIfAborted();
    if (from < (held[0]?.at ?? end)) await restart();
    try {
      await advance(to, from, signal);
    } catch (error) {
      if (!signal?.aborted) await restart();
      throw error;
    }
    const result = new Uint8Array(Math.max(0, Math.min(to, end) - from));
    for (const { at, bytes } of held) {
      const start = Math.max(from, at);
      const stop = Math.min(to, at + bytes.length);
      if (start < stop) result.set(bytes.subarray(start - at, stop - at), start - from);
    }
    return result;
  }

  return (from, to, signal) => {
    const reading = turn.then(() => read(from, to, signal));
    turn = reading.catch(() => undefined);
    return reading;
  };
}
