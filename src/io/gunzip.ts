import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from './byte-source.ts';

/** Read at a time. */
const PIECE = 2 ** 22;

/** The bytes of a file in pieces. */
export async function* piecesOf(
  source: ByteSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < source.size; at += PIECE) {
    yield await source.read(at, Math.min(source.size, at + PIECE), signal);
  }
}

/** What a gzip file unpacks to, in pieces. Throws `truncated` where it ends too early, `corrupt` where it is damaged. */
export async function* gunzip(
  source: ByteSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = piecesOf(source, signal);
  let failure: unknown;
  let isRead = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await packed.next();
        isRead = done === true;
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        failure = error;
        controller.error(error);
      }
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
    if (failure !== undefined) throw failure;
    if (signal?.aborted || cause instanceof CheckpointError) throw cause;
    throw broken(source, isRead && isUnexpectedEnd(cause), cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Browsers and Node have different words for data that ends within the stream. */
function isUnexpectedEnd(cause: unknown): boolean {
  const said = `${String(cause)} ${cause instanceof Error ? String(cause.cause) : ''}`;
  return /unexpected end|end of (?:file|input)|ended unexpectedly|incomplete|without a complete/i.test(
    said,
  );
}

function broken({ path, size }: ByteSource, isCut: boolean, cause: unknown): CheckpointError {
  return isCut
    ? new CheckpointError({ kind: 'truncated', needed: size + 1, size }, { path }, { cause })
    : new CheckpointError(
        { kind: 'corrupt', what: 'its gzip data is damaged' },
        { path },
        { cause },
      );
}
