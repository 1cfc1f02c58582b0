import { CheckpointError } from '#domain/problem.ts';
import type { FileList } from './file-list-directory.ts';

/** A folder that was dropped, seen in both ways the browser has. */
export interface DroppedDirectory {
  readonly name: string;
  /** `null` where the browser has no handles. */
  readonly handle: FileSystemDirectoryHandle | null;
  /** The same folder as entries, which show files that a handle hides. */
  readonly entry: FileSystemDirectoryEntry;
}

/** Dropping a folder that Chromium blocks, such as a whole home directory, may never settle its promise. */
const HANDLE_TIMEOUT = 10_000;

/**
 * The folder in a drop; `null` when there is none. Call it while the event is handled: what a drop
 * carries is gone afterwards. Throws `denied` when the browser refuses the folder.
 *
 * @see https://wicg.github.io/file-system-access/#api-datatransferitem-getasfilesystemhandle
 */
export async function droppedDirectory(data: DataTransfer): Promise<DroppedDirectory | null> {
  const item = [...data.items].find(({ kind }) => kind === 'file');
  const entry = item?.webkitGetAsEntry();
  if (!item || !entry || !isDirectoryEntry(entry)) return null;
  const { name } = entry;
  if (!('getAsFileSystemHandle' in item)) return { name, handle: null, entry };
  const asked = item.getAsFileSystemHandle();
  const handle = await Promise.race([asked, afterTimeout()]).catch(() => null);
  if (handle?.kind !== 'directory') throw new CheckpointError({ kind: 'denied' }, { path: name });
  return { name, handle: handle as FileSystemDirectoryHandle, entry };
}

/**
 * Paths below a dropped folder that its handle does not show: names with `:`, links that lead to files.
 * (Chromium shows symbolic links in neither way.) Folders that either way cannot list are left out.
 */
export async function hiddenEntries(
  { handle, entry }: DroppedDirectory,
  signal?: AbortSignal,
): Promise<readonly string[] | null> {
  if (!handle) return null;
  const hidden: string[] = [];
  const waiting: FolderPair[] = [{ prefix: '', handle, entry }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    signal?.throwIfAborted();
    const { entries, handles } = await listBoth(next);
    for (const child of entries) {
      const path = next.prefix + child.name;
      const twin = handles.get(child.name);
      if (!twin) hidden.push(path);
      else if (twin.kind === 'directory' && isDirectoryEntry(child)) {
        waiting.push({
          prefix: `${path}/`,
          handle: twin as FileSystemDirectoryHandle,
          entry: child,
        });
      }
    }
  }
  return hidden;
}

interface FolderPair {
  readonly prefix: string;
  readonly handle: FileSystemDirectoryHandle;
  readonly entry: FileSystemDirectoryEntry;
}

async function listBoth({ handle, entry }: FolderPair) {
  const handles = new Map<string, FileSystemHandle>();
  try {
    for await (const [name, child] of handle.entries()) handles.set(name, child);
    return { entries: await childrenOf(entry), handles };
  } catch {
    return { entries: [], handles };
  }
}

/** Every file below a dropped folder, by way of its entries: a snapshot that can be opened instead. */
export async function droppedFiles(
  { name, entry }: DroppedDirectory,
  signal?: AbortSignal,
): Promise<FileList> {
  const files: File[] = [];
  const paths: string[] = [];
  const waiting = [{ prefix: '', folder: entry }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { prefix, folder } = next;
    for (const child of await childrenOf(folder).catch(() => [])) {
      signal?.throwIfAborted();
      if (isDirectoryEntry(child)) {
        waiting.push({ prefix: `${prefix}${child.name}/`, folder: child });
        continue;
      }
      const file = await fileOf(child as FileSystemFileEntry).catch(() => undefined);
      if (!file) continue;
      files.push(file);
      paths.push(prefix + child.name);
    }
  }
  return { name, files, paths };
}

/** `readEntries` gives at most 100 at a time, and an empty list at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return children;
    children.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function afterTimeout(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, HANDLE_TIMEOUT, null));
}
