import { CheckpointError } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import { crc32 } from '#encodings/crc32.ts';
import type { ZipArchive } from '#encodings/zip.ts';
import type { ZipEntry } from '#encodings/zip-directory.ts';

/** A layer takes about 1 kB: the largest published models have a few thousand. */
const MAX_SIZE = 2 ** 26;

/**
 * A JSON document of an archive. It is read whole, so that its checksum costs nothing. Throws `corrupt` for a
 * wrong one, `truncated` for a document that ends in the middle, `malformed` for anything else that is no JSON.
 */
export async function readDocument(
  { name, size, crc32: stored }: ZipEntry,
  archive: ZipArchive,
  signal?: AbortSignal,
): Promise<Metadata> {
  const place = { path: `${archive.path}/${name}` };
  if (size > MAX_SIZE)
    throw new CheckpointError({ kind: 'too-large', what: name, size, limit: MAX_SIZE }, place);
  const bytes = await archive.read(name, { signal });
  if (stored !== 0 && crc32(bytes) !== stored) {
    const what = `the contents of ${name} do not match their checksum`;
    throw new CheckpointError({ kind: 'corrupt', what }, place);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return JSON.parse(text) as Metadata;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const problem = endsEarly(why, size)
      ? ({ kind: 'truncated', needed: size + 1, size } as const)
      : ({ kind: 'malformed', what: `${name} is no JSON: ${why}` } as const);
    throw new CheckpointError(problem, place, { cause });
  }
}

/** By the words of V8; other engines leave it at `malformed`. */
function endsEarly(why: string, size: number): boolean {
  const [, position] = /at position (\d+)/.exec(why) ?? [];
  return /Unexpected end|Unterminated string/.test(why) || Number(position) >= size;
}
