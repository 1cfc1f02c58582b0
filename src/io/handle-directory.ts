import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Directory, Listing } from './directory.ts';
import { asCheckpointError, fileSource, isVersion, refOf } from './file-version.ts';
import { baseOf, parentOf } from './path.ts';

/** Paths of a flat folder come in portions of this many, so that rows appear while it is listed. */
const PORTION = 1000;

/** What Chromium writes beside a file that a page is saving. */
const SWAP_FILE = /\.crswap$/;

/**
 * A directory that the user picked or dropped, read as it is now.
 *
 * @param hidden paths that only a drop can see; `null` when nothing is known of them
 * @see https://fs.spec.whatwg.org/
 */
export function handleDirectory(
  root: FileSystemDirectoryHandle,
  hidden: readonly string[] | null = null,
): Directory {
  const folders = new Map<string, FileSystemDirectoryHandle>([['', root]]);

  async function folder(path: string): Promise<FileSystemDirectoryHandle> {
    const known = folders.get(path);
    if (known) return known;
    const parent = await folder(parentOf(path));
    const handle = await parent.getDirectoryHandle(baseOf(path));
    folders.set(path, handle);
    return handle;
  }

  async function file(path: string): Promise<File> {
    try {
      const parent = await folder(parentOf(path));
      return await (await parent.getFileHandle(baseOf(path))).getFile();
    } catch (error) {
      throw asCheckpointError(error, path);
    }
  }

  return {
    name: root.name,
    list: (signal) => walk(folders, root, signal),
    stat: async (path) => refOf(path, await file(path)),
    async open(ref) {
      const now = await file(ref.path);
      if (!isVersion(now, ref)) throw new CheckpointError({ kind: 'changed' }, { path: ref.path });
      return fileSource(ref, now, () => file(ref.path));
    },
    hidden: () => hidden,
  };
}

async function* walk(
  folders: Map<string, FileSystemDirectoryHandle>,
  root: FileSystemDirectoryHandle,
  signal: AbortSignal | undefined,
): AsyncGenerator<Listing> {
  const waiting: { readonly prefix: string; readonly handle: FileSystemDirectoryHandle }[] = [
    { prefix: '', handle: root },
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { prefix, handle } = next;
    let paths: string[] = [];
    let seen = 0;
    const found: typeof waiting = [];
    const defects: Defect[] = [];
    let isEmpty = prefix !== '';
    try {
      for await (const [name, entry] of handle.entries()) {
        signal?.throwIfAborted();
        seen++;
        isEmpty = false;
        const path = prefix + name;
        if (entry.kind === 'directory') {
          folders.set(path, entry);
          found.push({ prefix: `${path}/`, handle: entry });
        } else if (!SWAP_FILE.test(name)) paths.push(path);
        if (seen < PORTION) continue;
        yield { paths, seen, defects: [] };
        paths = [];
        seen = 0;
      }
    } catch (error) {
      signal?.throwIfAborted();
      const { problem, place } = asCheckpointError(error, prefix.slice(0, -1));
      defects.push({ problem, place });
      isEmpty = false;
    }
    yield { paths, seen, defects, ...(isEmpty && { empty: prefix.slice(0, -1) }) };
    waiting.push(...found.reverse());
  }
}
