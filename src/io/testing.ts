import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '#domain/problem.ts';
import { type ByteSource, blobSource } from './byte-source.ts';
import type { Directory } from './directory.ts';

/** Files written by the real frameworks, where this checkout has them beside it. */
export const SHARED = '../shared';
export const FIXTURES = join(SHARED, 'fixtures');
export const hasFixtures = existsSync(FIXTURES);
export const hasCorpus = existsSync(join(SHARED, 'corpus'));

/** A source over bytes in memory. */
export function bytesSource(
  bytes: Uint8Array<ArrayBuffer>,
  path = 'model.safetensors',
): ByteSource {
  return blobSource(path, new Blob([bytes]));
}

/** A file of a format's own `fixtures` folder: `fixture('safetensors/scalar.safetensors')`. */
export async function fixture(path: `${string}/${string}`): Promise<Uint8Array<ArrayBuffer>> {
  const [format, ...name] = path.split('/');
  return new Uint8Array(await readFile(`src/formats/${format}/fixtures/${name.join('/')}`));
}

/** What the framework says is in a directory of fixtures: its `expected.json`. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows the fields it reads
export function expected(directory: string): any {
  return JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8'));
}

/** A source over a file on disk, read in slices like the browser's. */
export async function fileSource(root: string, path: string): Promise<ByteSource> {
  const full = join(root, path);
  const info = await stat(full).catch(() => undefined);
  if (!info?.isFile()) throw new CheckpointError({ kind: 'missing', path }, { path });
  const { size } = info;
  return {
    path,
    size,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      if (end > size)
        throw new CheckpointError(
          { kind: 'truncated', needed: end, size },
          { path, offset: start },
        );
      const handle = await open(full);
      try {
        const bytes = new Uint8Array(end - start);
        await handle.read(bytes, 0, bytes.length, start);
        signal?.throwIfAborted();
        return bytes;
      } finally {
        await handle.close();
      }
    },
  };
}

/** A directory on disk, as the reader sees one. Links are left out, as the browser does. */
export function diskDirectory(root: string): Directory {
  async function* walk(
    prefix: string,
  ): ReturnType<Directory['list']> extends AsyncIterable<infer L> ? AsyncGenerator<L> : never {
    const entries = await readdir(join(root, prefix), { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    yield {
      paths: files.map(({ name }) => `${prefix}${name}`),
      seen: entries.length,
      defects: [],
      ...(entries.length === 0 && prefix !== '' && { empty: prefix.slice(0, -1) }),
    };
    for (const entry of entries) if (entry.isDirectory()) yield* walk(`${prefix}${entry.name}/`);
  }

  return {
    name: root.split('/').at(-1) ?? root,
    list: () => walk(''),
    async stat(path) {
      const info = await stat(join(root, path)).catch(() => undefined);
      if (!info?.isFile()) throw new CheckpointError({ kind: 'gone' }, { path });
      return { path, size: info.size, modified: info.mtimeMs };
    },
    open: ({ path }) => fileSource(root, path),
    hidden: () => null,
  };
}

/** Counts what is read, to prove that opening a checkpoint does not read its tensors. */
export function metered(source: ByteSource) {
  const meter = { reads: 0, bytes: 0 };
  const read: ByteSource['read'] = (start, end, signal) => {
    meter.reads++;
    meter.bytes += end - start;
    return source.read(start, end, signal);
  };
  return { meter, source: { ...source, read } };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A tree as the File System Access API shows it: text is a file, a function a file of its own making. */
export interface FakeTree {
  readonly [name: string]: string | FakeTree | (() => Promise<File>) | DOMException;
}

/** Files of a tree with the date by which versions are told apart. */
export function fakeFile(name: string, text: string, lastModified = 1): File {
  return new File([text], name, { lastModified });
}

/**
 * A directory handle over a tree in memory. An exception in place of a folder is what listing it throws.
 *
 * @see https://fs.spec.whatwg.org/
 */
export function fakeHandle(name: string, tree: FakeTree): FileSystemDirectoryHandle {
  const child = (key: string): FileSystemHandle => {
    const entry = tree[key];
    if (entry === undefined) throw new DOMException('not there', 'NotFoundError');
    if (typeof entry === 'string') return fileHandle(key, async () => fakeFile(key, entry));
    if (typeof entry === 'function') return fileHandle(key, entry);
    return entry instanceof DOMException ? lockedHandle(key, entry) : fakeHandle(key, entry);
  };
  const handle = {
    kind: 'directory',
    name,
    async *entries() {
      for (const key of Object.keys(tree)) yield [key, child(key)] as const;
    },
    getDirectoryHandle: async (key: string) => child(key),
    getFileHandle: async (key: string) => child(key),
  };
  return handle as unknown as FileSystemDirectoryHandle;
}

function fileHandle(name: string, getFile: () => Promise<File>): FileSystemHandle {
  return { kind: 'file', name, getFile } as unknown as FileSystemHandle;
}

function lockedHandle(name: string, error: DOMException): FileSystemHandle {
  // biome-ignore lint/correctness/useYield: it throws before it has anything to give
  async function* entries() {
    throw error;
  }
  return { kind: 'directory', name, entries } as unknown as FileSystemHandle;
}

/** A file that was read after it had changed: every read of it fails. */
export function staleFile(file: File): File {
  const stale = () => Promise.reject(new DOMException('changed', 'NotReadableError'));
  return Object.assign(file, { slice: () => ({ arrayBuffer: stale }) as unknown as Blob });
}

/** All that something gives one after another. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
