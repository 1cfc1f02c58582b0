import { createStore, del, entries, set, type UseStore } from 'idb-keyval';

/** A directory that was opened before, kept with its handle. */
export interface RecentDirectory {
  /** Unique in this browser. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly opened: number;
  readonly handle: FileSystemDirectoryHandle;
}

/** More than these are not kept; the oldest go. */
const KEPT = 20;

let store: UseStore | undefined;

function recents(): UseStore {
  store ??= createStore('cairn-directories', 'recent');
  return store;
}

/** Newest first; empty where the browser keeps nothing for us. */
export async function recentDirectories(): Promise<readonly RecentDirectory[]> {
  const kept = await entries<string, RecentDirectory>(recents()).catch(() => []);
  return kept.map(([, recent]) => recent).sort((a, b) => b.opened - a.opened);
}

/** Puts a directory first in the list, under the id it had if it was there. */
export async function rememberDirectory(
  handle: FileSystemDirectoryHandle,
  now = Date.now(),
): Promise<RecentDirectory> {
  const known = await recentDirectories();
  const same = await findSame(known, handle);
  const recent: RecentDirectory = {
    id: same?.id ?? crypto.randomUUID(),
    name: handle.name,
    opened: now,
    handle,
  };
  await set(recent.id, recent, recents());
  const others = known.filter(({ id }) => id !== recent.id);
  for (const { id } of others.slice(KEPT - 1)) await forgetDirectory(id);
  return recent;
}

export async function forgetDirectory(id: string): Promise<void> {
  await del(id, recents());
}

/**
 * Whether a kept directory may be read now. Asks the user where the browser wants it, so call it
 * from a click.
 */
export async function mayRead(handle: FileSystemDirectoryHandle): Promise<boolean> {
  const mode = { mode: 'read' } as const;
  if ((await handle.queryPermission(mode)) === 'granted') return true;
  return (await handle.requestPermission(mode)) === 'granted';
}

async function findSame(
  known: readonly RecentDirectory[],
  handle: FileSystemDirectoryHandle,
): Promise<RecentDirectory | undefined> {
  for (const recent of known) {
    if (await recent.handle.isSameEntry(handle).catch(() => false)) return recent;
  }
  return undefined;
}
