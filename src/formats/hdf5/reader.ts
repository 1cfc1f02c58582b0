import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type Hdf5Contents, readContents } from './contents.ts';

/**
 * Every dataset of an HDF5 file under its path. Links out of it, and by name within it, are listed in
 * `metadata.refused` and not followed; so are datasets that lie in other files or claim what cannot be.
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const contents = await readContents(source, signal);
  const { attributes, defects, size, path, tensors, read, verify } = contents;
  return {
    tensors,
    metadata: { ...Object.fromEntries(attributes.get('/') ?? []), ...restOf(contents, ['/']) },
    defects,
    size,
    files: [path],
    globals: [],
    read,
    ...(verify && { verify }),
  };
}

/** What a file says beside its tensors, the attributes of some objects left out. */
export function restOf(
  { attributes, refused, types, unfinished }: Hdf5Contents,
  without: readonly string[],
): { [key: string]: Metadata } {
  const others = [...attributes].filter(([path]) => !without.includes(path));
  const listed = others.map(([path, own]) => [path, Object.fromEntries(own)] as const);
  return {
    ...(others.length && { attributes: Object.fromEntries(listed) }),
    ...(Object.keys(refused).length && { refused: { ...refused } }),
    ...(Object.keys(types).length && { types: { ...types } }),
    ...(unfinished && { unfinished }),
  };
}
