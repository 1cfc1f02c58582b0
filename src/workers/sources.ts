import { type DroppedDirectory, droppedDirectory, droppedFiles, hiddenEntries } from '#io/drop.ts';
import { type FileList, fromInput } from '#io/file-list-directory.ts';
import { pickDirectory } from '#io/pick.ts';
import { forgetDirectory, mayRead, recentDirectories, rememberDirectory } from '#io/recents.ts';
import type { Grant } from './api.ts';

/** A directory to open: what the reader needs, and what the page needs to find it again. */
export interface Source {
  /** The same when it is opened again: the id of a kept handle, `sample` or `files`. */
  readonly key: string;
  readonly name: string;
  readonly grant: Grant;
  /** Looks for what its handle hides; only for a drop. `null`: cannot be told. */
  readonly findHidden?: (signal: AbortSignal) => Promise<readonly string[] | null>;
  /** The same folder as a snapshot that holds what the handle hides; only for a drop. */
  readonly snapshot?: (signal: AbortSignal) => Promise<Source>;
}

/** A directory that was opened before. */
export interface Recent {
  readonly key: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly opened: number;
}

export const SAMPLE_KEY = 'sample';

/** Of every snapshot: the browser keeps nothing by which to open it again. */
export const SNAPSHOT_KEY = 'files';

/** Shows the browser's picker; `null` when it was closed, or refused the folder. */
export async function pickSource(): Promise<Source | null> {
  const handle = await pickDirectory();
  return handle && handleSource(handle);
}

/** The folder in a drop; `null` when there is none. Call it while the event is handled. */
export async function dropSource(data: DataTransfer): Promise<Source | null> {
  const dropped = await droppedDirectory(data);
  if (!dropped) return null;
  if (!dropped.handle) return droppedSnapshot(dropped, new AbortController().signal);
  return {
    ...(await handleSource(dropped.handle)),
    findHidden: (signal) => hiddenEntries(dropped, signal),
    snapshot: (signal) => droppedSnapshot(dropped, signal),
  };
}

/** The files of `<input webkitdirectory>`; `null` when it has none. */
export function inputSource(files: readonly File[]): Source | null {
  return files.length === 0 ? null : listSource(fromInput(files));
}

/** The training directory that is shipped with the page. */
export function sampleSource(): Source {
  const url = new URL('sample/', document.baseURI).href;
  return { key: SAMPLE_KEY, name: 'sample', grant: { kind: 'http', name: 'sample', url } };
}

/** Newest first. */
export async function recentSources(): Promise<readonly Recent[]> {
  const recents = await recentDirectories();
  return recents.map(({ id, name, opened }) => ({ key: id, name, opened }));
}

export const forgetSource: (key: string) => Promise<void> = forgetDirectory;

/** A directory that was opened before; `source` is `null` when the browser does not let us read it. */
export interface KeptSource {
  readonly name: string;
  readonly source: Source | null;
}

/** A directory that was opened before, by its key; `null` when it is not kept here any more. */
export async function keptSource(
  key: string,
  { mayAsk = false }: KeptOptions = {},
): Promise<KeptSource | null> {
  const recent = (await recentDirectories()).find(({ id }) => id === key);
  if (!recent) return null;
  const { name, handle } = recent;
  return { name, source: (await isGranted(handle, mayAsk)) ? await handleSource(handle) : null };
}

export interface KeptOptions {
  /** In a click: the browser may ask the person for permission. */
  readonly mayAsk?: boolean;
}

async function isGranted(handle: FileSystemDirectoryHandle, mayAsk: boolean): Promise<boolean> {
  if (mayAsk) return mayRead(handle);
  return (await handle.queryPermission({ mode: 'read' })) === 'granted';
}

async function handleSource(handle: FileSystemDirectoryHandle): Promise<Source> {
  // A private window keeps nothing; the directory opens all the same.
  const recent = await rememberDirectory(handle).catch(() => null);
  return {
    key: recent?.id ?? SNAPSHOT_KEY,
    name: handle.name,
    grant: { kind: 'handle', handle, hidden: null },
  };
}

async function droppedSnapshot(dropped: DroppedDirectory, signal: AbortSignal): Promise<Source> {
  return listSource(await droppedFiles(dropped, signal));
}

function listSource(list: FileList): Source {
  return { key: SNAPSHOT_KEY, name: list.name, grant: { kind: 'files', ...list } };
}
