import { CheckpointError, type Place } from '#domain/problem.ts';
import type { ZipEntry } from './zip-directory.ts';

/** DEFLATE cannot do better; a directory that claims more lies. @see https://www.zlib.net/zlib_tech.html */
const MAX_RATIO = 1032;
/** So that a few stored bytes may claim a block's worth. */
const SLACK = 1024;

/**
 * What raw DEFLATE data inflates to, in pieces, which must be `size` bytes in all. Stops as soon as
 * there are more. Throws `malformed` when the stored bytes cannot hold as much, `corrupt` when they do
 * not, or whatever reading the pieces throws.
 */
export async function* inflate(
  pieces: AsyncIterator<Uint8Array<ArrayBuffer>>,
  { size, compressedSize, name }: Pick<ZipEntry, 'size' | 'compressedSize' | 'name'>,
  place: Place,
): AsyncGenerator<Uint8Array> {
  if (size > compressedSize * MAX_RATIO + SLACK) {
    const what = `${name} claims ${size} bytes out of ${compressedSize}`;
    throw new CheckpointError({ kind: 'malformed', what }, place);
  }
  let failure: unknown;
  const stored = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        failure = error;
        controller.error(error);
      }
    },
  });
  const reader = stored.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const corrupt = (what: string, cause?: unknown) =>
    new CheckpointError({ kind: 'corrupt', what }, place, { cause });
  let seen = 0;
  try {
    for (;;) {
      const { value, done } = await reader.read().catch((cause: unknown) => {
        throw failure ?? corrupt(`the compressed data of ${name} is damaged`, cause);
      });
      if (done) break;
      seen += value.length;
      if (seen > size) throw corrupt(`${name} inflates to more than the ${size} bytes it declares`);
      yield value;
    }
    if (seen !== size) throw corrupt(`${name} inflates to ${seen} bytes instead of ${size}`);
  } finally {
    // The pipe may be gone already; what it was for is over either way.
    await reader.cancel().catch(() => undefined);
  }
}
