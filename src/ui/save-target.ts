import type { SavedFile } from './saved-file.ts';

/** Where a file goes while it is written. */
export interface SaveTarget {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The file is complete. */
  close(): Promise<void>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** How this browser can save a file. */
export type SaveWay =
  /** The person chooses where; bytes go there at once. */
  | 'picker'
  /** Bytes go to the browser's own disk space, from there to the downloads. */
  | 'private'
  /** The whole file is held in memory first. */
  | 'memory';

/** A browser that can only hold it in memory is not asked to hold more, in bytes. */
export const MAX_IN_MEMORY = 512_000_000;

export function saveWay(): SaveWay {
  if ('showSaveFilePicker' in globalThis) return 'picker';
  const hasPrivate = typeof navigator !== 'undefined' && navigator.storage?.getDirectory;
  const canWrite =
    'FileSystemFileHandle' in globalThis && 'createWritable' in FileSystemFileHandle.prototype;
  return hasPrivate && canWrite ? 'private' : 'memory';
}

/**
 * Opens a place to save a file to; call it in a click. `null`: the person chose none.
 *
 * @throws RangeError when it could only be held in memory, and is too large for that
 */
export async function openTarget({ name, size }: SavedFile): Promise<SaveTarget | null> {
  switch (saveWay()) {
    case 'picker':
      return pickedTarget(name);
    case 'private':
      return privateTarget(name);
    case 'memory':
      if (size !== null && size > MAX_IN_MEMORY)
        throw new RangeError(`${size} bytes do not fit in memory`);
      return memoryTarget(name);
  }
}

async function pickedTarget(suggestedName: string): Promise<SaveTarget | null> {
  try {
    const handle = await showSaveFilePicker({ suggestedName });
    // The picker makes an empty file where there was none; that goes away with what is cancelled.
    const isNew = (await handle.getFile()).size === 0;
    const stream = await handle.createWritable();
    return {
      write: (bytes) => stream.write(bytes),
      close: () => stream.close(),
      async abort() {
        await stream.abort();
        if (isNew) await removeFile(handle);
      },
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

/** @see https://github.com/whatwg/fs/blob/main/proposals/Remove.md */
async function removeFile(handle: FileSystemFileHandle): Promise<void> {
  const removable = handle as FileSystemFileHandle & { remove?: () => Promise<void> };
  await removable.remove?.();
}

/** Files on their way to the downloads. */
const FOLDER = 'saving';
/** A download from the browser's own disk space is done by then, in milliseconds. */
const STALE = 24 * 3_600_000;

async function privateTarget(name: string): Promise<SaveTarget> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  await removeStale(folder);
  const own = `${Date.now()}-${name}`;
  const handle = await folder.getFileHandle(own, { create: true });
  const stream = await handle.createWritable();
  return {
    write: (bytes) => stream.write(bytes),
    async close() {
      await stream.close();
      download(await handle.getFile(), name);
    },
    async abort() {
      await stream.abort();
      await folder.removeEntry(own);
    },
  };
}

/** What was left of earlier downloads: nobody says when they are done. */
async function removeStale(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const name of folder.keys()) {
    if (Date.now() - Number.parseInt(name, 10) > STALE) await folder.removeEntry(name);
  }
}

function memoryTarget(name: string): SaveTarget {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    async write(bytes) {
      parts.push(bytes);
    },
    async close() {
      download(new Blob(parts), name);
    },
    async abort() {
      parts.length = 0;
    },
  };
}

/** A download has begun by then, in milliseconds. */
const BEGUN = 60_000;

function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), BEGUN);
}
