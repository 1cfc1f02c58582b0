import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';
import type { Value } from '#encodings/ocdbt/node.ts';
import { openStore } from '#encodings/ocdbt/store.ts';
import { partOf } from '#encodings/zarr/read.ts';
import { type ByteSource, blobSource } from '#io/byte-source.ts';
import type { Folder } from './folder.ts';

/** Where the arrays of an item are, whichever way they are kept. */
export interface ArrayStore {
  get(key: string): Promise<ByteSource | undefined>;
  /** All keys, where they are known. */
  readonly keys: Iterable<string> | undefined;
  /** Why the value of a key cannot be read whole, as far as headers show; `undefined`: it can. */
  lacking(key: string): { readonly problem: Problem; readonly place: Place } | undefined;
  /** Files that have been opened. */
  readonly files: () => readonly ByteSource[];
}

/** Arrays in the B-tree of an OCDBT store. */
export async function openOcdbt(
  manifest: ByteSource,
  folder: Folder,
  signal?: AbortSignal,
): Promise<ArrayStore> {
  const open = async (path: string): Promise<ByteSource> => {
    const source = await folder.find(path);
    if (source) return source;
    throw new CheckpointError({ kind: 'missing', path }, { path: manifest.path });
  };
  const store = await openStore(manifest, { open, signal });
  const lost = new Map<string, CheckpointError>();
  // How long they are tells whether all values are there.
  for (const value of store.values.values()) {
    if (value instanceof Uint8Array || lost.has(value.file.path)) continue;
    if (store.files.has(value.file.path)) continue;
    try {
      await store.source(value);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      lost.set(value.file.path, error);
    }
  }
  return {
    keys: store.values.keys(),
    files: () => [manifest, ...store.files.values()],
    async get(key) {
      const value = store.values.get(key);
      if (!value) return undefined;
      if (value instanceof Uint8Array) return blobSource(manifest.path, new Blob([value]));
      return partOf(await store.source(value), value.offset, value.length);
    },
    lacking(key) {
      const value = store.values.get(key);
      if (!value)
        return { problem: { kind: 'missing', path: key }, place: { path: manifest.path } };
      return shortOf(value, store.files, lost);
    },
  };
}

function shortOf(
  value: Value,
  files: ReadonlyMap<string, ByteSource>,
  lost: ReadonlyMap<string, CheckpointError>,
) {
  if (value instanceof Uint8Array) return undefined;
  const { file, offset, length } = value;
  const error = lost.get(file.path);
  if (error) return { problem: error.problem, place: error.place };
  const source = files.get(file.path);
  const needed = offset + length;
  if (!source || needed <= source.size) return undefined;
  const { path, size } = source;
  return { problem: { kind: 'truncated', needed, size } as const, place: { path, offset } };
}

/** Arrays in a folder each, chunks in a file each. */
export function filesOf(folder: Folder, path: string): ArrayStore {
  const opened = new Map<string, ByteSource>();
  const isDescription = (key: string) => /\/(?:\.zarray|zarr\.json)$/.test(key);
  // Of an array without any chunk it is not known whether its chunks are listed at all.
  const withChunks = new Set(
    [...(folder.names ?? [])].filter((key) => !isDescription(key)).map(arrayOf),
  );
  const isLost = (key: string) =>
    folder.lacks(key) && (isDescription(key) || withChunks.has(arrayOf(key)));
  return {
    keys: folder.names,
    files: () => [...opened.values()],
    async get(key) {
      if (isLost(key)) return undefined;
      const source = opened.get(key) ?? (await folder.find(key));
      if (source) opened.set(key, source);
      return source;
    },
    lacking: (key) =>
      isLost(key) ? { problem: { kind: 'missing', path: key }, place: { path } } : undefined,
  };
}

function arrayOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')));
}
