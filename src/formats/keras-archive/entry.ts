import { CheckpointError } from '#domain/problem.ts';
import type { ZipArchive } from '#encodings/zip.ts';
import type { ZipEntry } from '#encodings/zip-directory.ts';

/** Allocated for what is compressed, besides four times its stored size. */
const INFLATED_FLOOR = 2 ** 26;

/** An entry that may be read. Throws `missing`, or `too-large` for one that would take far more than it is. */
export function entryOf({ entries, path }: ZipArchive, name: string): ZipEntry {
  const entry = entries.get(name);
  if (!entry) throw new CheckpointError({ kind: 'missing', path: `${path}/${name}` }, { path });
  const { method, size, compressedSize, offset } = entry;
  const limit = 4 * compressedSize + INFLATED_FLOOR;
  if (method === 0 || size <= limit) return entry;
  throw new CheckpointError({ kind: 'too-large', what: name, size, limit }, { path, offset });
}
