import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** Such a file is read whole. Spreadsheets and Windows consoles write them, trainers do not. */
const MAX_SIZE = 64 << 20;

/** Which UTF-16 a text is in by its byte order mark; `null` where it has none. */
export function utf16Of(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null;
}

/** A text in UTF-16 as one in UTF-8. Throws `too-large`. */
export async function asUtf8(
  source: ByteSource,
  encoding: 'utf-16le' | 'utf-16be',
  signal?: AbortSignal,
): Promise<ByteSource> {
  const { path, size } = source;
  if (size > MAX_SIZE) {
    const problem = { kind: 'too-large', what: 'a UTF-16 text', size, limit: MAX_SIZE } as const;
    throw new CheckpointError(problem, { path });
  }
  const text = new TextDecoder(encoding).decode(await source.read(0, size, signal));
  const bytes = new TextEncoder().encode(text);
  return { path, size: bytes.length, read: async (start, end) => bytes.slice(start, end) };
}
