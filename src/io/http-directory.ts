import { CheckpointError } from '#domain/problem.ts';
import type { FileRef } from '#domain/run.ts';
import type { ByteSource } from './byte-source.ts';
import type { Directory } from './directory.ts';

/** Files up to this size are fetched whole: one request instead of one per read. */
const WHOLE_FILE_SIZE = 1_000_000;

/** Whole files are kept while they fit in this; the oldest go first. */
const CACHE_SIZE = 64_000_000;

/** `listing.json` of a directory that is served as static files. */
interface HttpListing {
  readonly files: readonly FileRef[];
}

export interface HttpDirectoryOptions {
  readonly name: string;
  /** Of the directory; `listing.json` and the files lie below it. */
  readonly url: string;
  /** Nothing is fetched from anywhere else. */
  readonly origin: string;
}

/**
 * A directory of static files on our own server.
 *
 * @throws TypeError when `url` is on another origin: no request ever leaves for one
 */
export function httpDirectory({ name, url, origin }: HttpDirectoryOptions): Directory {
  const root = new URL(url.endsWith('/') ? url : `${url}/`, origin);
  if (root.origin !== origin) throw new TypeError(`${root.href} is not on ${origin}`);
  const cache = byteCache(CACHE_SIZE);
  let listing: Promise<ReadonlyMap<string, FileRef>> | undefined;

  async function list(signal?: AbortSignal): Promise<ReadonlyMap<string, FileRef>> {
    const response = await get(new URL('listing.json', root), 'listing.json', { signal });
    const { files }: HttpListing = await response.json();
    return new Map(files.map((file) => [file.path, file]));
  }

  /** A listing that failed is asked for again. */
  function forget(reason: unknown): never {
    listing = undefined;
    throw reason;
  }

  async function find(path: string): Promise<FileRef> {
    listing ??= list();
    const file = (await listing.catch(forget)).get(path);
    if (!file) throw new CheckpointError({ kind: 'gone' }, { path });
    return file;
  }

  return {
    name,
    async *list(signal) {
      const files = await list(signal);
      listing = Promise.resolve(files);
      yield { paths: [...files.keys()], seen: files.size, defects: [] };
    },
    stat: find,
    async open(ref) {
      const { size, modified } = await find(ref.path);
      if (size !== ref.size || modified !== ref.modified) {
        throw new CheckpointError({ kind: 'changed' }, { path: ref.path });
      }
      return httpSource(ref, new URL(encodePath(ref.path), root), cache);
    },
    hidden: () => [],
  };
}

function httpSource(ref: FileRef, url: URL, cache: ByteCache): ByteSource {
  const { path, size } = ref;

  async function whole(signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const known = cache.get(url.href);
    if (known) return known;
    const response = await get(url, path, { signal });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length !== size) throw new CheckpointError({ kind: 'changed' }, { path });
    cache.set(url.href, bytes);
    return bytes;
  }

  return {
    path,
    size,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      if (end > size) {
        throw new CheckpointError(
          { kind: 'truncated', needed: end, size },
          { path, offset: start },
        );
      }
      if (start >= end) return new Uint8Array();
      if (size <= WHOLE_FILE_SIZE) return (await whole(signal)).slice(start, end);
      const headers = { Range: `bytes=${start}-${end - 1}` };
      const response = await get(url, path, { signal, headers });
      // A server that knows no ranges sends all of it.
      const bytes =
        response.status === 206
          ? new Uint8Array(await response.arrayBuffer())
          : await readPart(response, start, end);
      if (bytes.length !== end - start) throw new CheckpointError({ kind: 'changed' }, { path });
      return bytes;
    },
  };
}

/** Bytes `[start, end)` of a body, without keeping the rest. */
async function readPart(
  response: Response,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const part = new Uint8Array(end - start);
  let at = 0;
  const reader = response.body?.getReader();
  while (reader && at < end) {
    const { value, done } = await reader.read();
    if (done) break;
    const from = Math.max(0, start - at);
    const wanted = value.subarray(from, Math.max(from, end - at));
    part.set(wanted, Math.max(0, at - start));
    at += value.length;
  }
  await reader?.cancel();
  return part.subarray(0, Math.max(0, at - start));
}

interface GetOptions {
  readonly signal: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

async function get(url: URL, path: string, { signal, headers = {} }: GetOptions) {
  const response = await fetch(url, { headers, signal: signal ?? null }).catch((cause) => {
    signal?.throwIfAborted();
    throw new CheckpointError({ kind: 'denied' }, { path }, { cause });
  });
  if (response.status === 404 || response.status === 410) {
    throw new CheckpointError({ kind: 'gone' }, { path });
  }
  if (!response.ok) throw new CheckpointError({ kind: 'denied' }, { path });
  return response;
}

type ByteCache = ReturnType<typeof byteCache>;

function byteCache(limit: number) {
  const entries = new Map<string, Uint8Array<ArrayBuffer>>();
  let size = 0;
  return {
    get: (key: string) => entries.get(key),
    set(key: string, bytes: Uint8Array<ArrayBuffer>) {
      if (entries.has(key)) return;
      entries.set(key, bytes);
      size += bytes.length;
      for (const [oldest, old] of entries) {
        if (size <= limit) break;
        entries.delete(oldest);
        size -= old.length;
      }
    },
  };
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
