import { CheckpointError } from '#domain/problem.ts';
import { type ByteSource, blobSource } from '#io/byte-source.ts';

/** What a packed file may hold: it is kept unpacked, by the browser, since it can only be read from its start. */
const MAX_UNPACKED = 2 ** 31;

/** The contents of a file, unpacked where it is GZIP or ZLIB. Throws `corrupt` where they are damaged. */
export async function unpackedSource(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<ByteSource> {
  const { path, size } = source;
  const head = await source.read(0, Math.min(8, size), signal);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const kind = isGzip ? 'gzip' : isZlib(head) ? 'deflate' : null;
  if (kind === null) return source;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>(piecesOf(source, signal));
  const parts: Blob[] = [];
  let seen = 0;
  const reader = packed.pipeThrough(new DecompressionStream(kind)).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      seen += value.length;
      if (seen > MAX_UNPACKED) {
        const limit = MAX_UNPACKED;
        throw new CheckpointError(
          { kind: 'too-large', what: 'contents', size: seen, limit },
          { path },
        );
      }
      parts.push(new Blob([value]));
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof CheckpointError) throw cause;
    const what = 'the packed contents are damaged or cut';
    throw new CheckpointError({ kind: 'corrupt', what }, { path }, { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return blobSource(path, new Blob(parts));
}

/** `78 xx`, together a multiple of 31; where the first record is that long, its length has four zeros behind. */
function isZlib(head: Uint8Array): boolean {
  const [first = 0, second = 0] = head;
  const isLength = head.length === 8 && head.subarray(4).every((byte) => byte === 0);
  return first === 0x78 && ((first << 8) | second) % 31 === 0 && !isLength;
}

const PIECE = 4 << 20;

function piecesOf(source: ByteSource, signal: AbortSignal | undefined) {
  let at = 0;
  return {
    async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) {
      if (at >= source.size) {
        controller.close();
        return;
      }
      const end = Math.min(source.size, at + PIECE);
      controller.enqueue(await source.read(at, end, signal));
      at = end;
    },
  };
}
