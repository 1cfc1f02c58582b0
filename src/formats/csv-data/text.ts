import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** Read at a time. */
const PIECE = 2 ** 22;

/** A table past this does not fit in what is kept of it either; stops what is packed to unfold forever. */
const MAX_TEXT = 2 ** 32;

/** The text of a file piece by piece, unpacked where it is gzip. A byte order mark is left out. */
export async function* readText(source: ByteSource, signal?: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let seen = 0;
  for await (const bytes of await unpacked(source, signal)) {
    signal?.throwIfAborted();
    seen += bytes.length;
    if (seen > MAX_TEXT) {
      const problem = { what: 'text', size: seen, limit: MAX_TEXT } as const;
      throw new CheckpointError({ kind: 'too-large', ...problem }, { path: source.path });
    }
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

type Pieces = AsyncIterable<Uint8Array<ArrayBuffer>>;

async function unpacked(source: ByteSource, signal?: AbortSignal): Promise<Pieces> {
  const start = await source.read(0, Math.min(2, source.size), signal);
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  return isPacked ? inflate(source, signal) : pieces(source, signal);
}

async function* pieces(
  source: ByteSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < source.size; at += PIECE) {
    yield await source.read(at, Math.min(source.size, at + PIECE), signal);
  }
}

async function* inflate(
  source: ByteSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = pieces(source, signal);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await packed.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const reader = stream.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value as Uint8Array<ArrayBuffer>;
    }
  } catch (cause) {
    if (signal?.aborted || cause instanceof CheckpointError) throw cause;
    const what = 'its gzip data ends too early, or is damaged';
    throw new CheckpointError({ kind: 'corrupt', what }, { path: source.path }, { cause });
  } finally {
    await reader.cancel().catch(() => {});
  }
}
