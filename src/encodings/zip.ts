import { CheckpointError } from '#domain/problem.ts';
import type { Verification, VerifyOptions } from '#domain/tensor.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { contentsReader } from './zip-contents.ts';
import { readDirectory, type ZipEntry } from './zip-directory.ts';
import type { Tail } from './zip-end-record.ts';
import { verifyEntries } from './zip-verify.ts';

/** Bytes `[from, to)` of an entry's contents; all of them by default. */
interface ZipReadOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A zip archive whose directory has been read. */
export interface ZipArchive {
  /** Of the file, for errors. */
  readonly path: string;
  /** By name, in the order they lie in the file. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * Contents of an entry, exactly as long as the directory says. Stored ones are sliced out of the file;
   * deflated ones are inflated from their start at each call. Throws `missing`, `unsupported`
   * (method), `corrupt`.
   */
  read(name: string, options?: ZipReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Contents of several small entries, neighbours in one read; absent ones are left out. */
  readAll(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>>;
  /** Contents of an entry piece by piece, inflated where they are deflated, whatever their size. Throws as `read`. */
  pieces(name: string): AsyncGenerator<Uint8Array>;
  /** An entry as a file of its own. A deflated one is inflated whole at the first read, and kept. */
  source(name: string): ByteSource;
  /**
   * Compares the CRC-32 of one entry, or of all, with its contents. Archives in which every CRC is 0,
   * as torch writes after `set_crc32_options(False)`, are not `checked`.
   */
  verify(options: ZipVerifyOptions): Promise<Verification>;
}

interface ZipVerifyOptions extends VerifyOptions {
  /** All entries by default. */
  readonly name?: string | undefined;
  /** The tensor that an entry holds, for the places of defects. */
  readonly tensorOf?: ((name: string) => string | undefined) | undefined;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Entries not further apart are read together. */
const MAX_GAP = 2 ** 16;

/** Reads the directory of a zip archive. Throws `truncated`, `malformed`, `unsafe`, `unsupported`. */
export async function openZip(
  source: ByteSource,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ZipArchive> {
  const directory = await readDirectory(source, signal);
  const file = withTail(source, directory.tail);
  const entries = new Map(directory.entries.map((entry) => [entry.name, entry]));
  const contents = contentsReader(file);
  const { path } = source;

  function find(name: string): ZipEntry {
    const entry = entries.get(name);
    if (!entry) throw new CheckpointError({ kind: 'missing', path: name }, { path });
    return entry;
  }

  async function read(name: string, options: ZipReadOptions = {}): Promise<Bytes> {
    const entry = find(name);
    const { from = 0, to = entry.size, signal } = options;
    if (!(from >= 0 && from <= to && to <= entry.size)) {
      throw new RangeError(`[${from}, ${to}) is not within the ${entry.size} bytes of ${name}`);
    }
    return contents.read(entry, { from, to, signal });
  }

  return {
    path,
    entries,
    read,
    async readAll(names, signal) {
      const wanted = [...new Set(names)].flatMap((name) => entries.get(name) ?? []);
      const found = new Map<string, Bytes>();
      for (const group of neighbours(wanted.filter(({ method }) => method === 0))) {
        const together = await contents.readTogether(group, signal);
        for (const [name, bytes] of together) found.set(name, bytes);
      }
      for (const { method, name } of wanted) {
        if (method !== 0) found.set(name, await read(name, { signal }));
      }
      return found;
    },
    pieces: (name) => contents.pieces(find(name)),
    source: (name) => entrySource(find(name), path, read),
    verify: ({ name, ...options }) => {
      const chosen = name === undefined ? directory.entries : [find(name)];
      const compared = directory.entries.some(({ crc32 }) => crc32 !== 0);
      return verifyEntries({ file, entries: chosen, compared }, options);
    },
  };
}

function entrySource(
  { name, size, method }: ZipEntry,
  archive: string,
  read: ZipArchive['read'],
): ByteSource {
  const path = `${archive}/${name}`;
  let whole: Promise<Bytes> | undefined;

  /** One reader's abort must not fail the others, so the shared read has no signal. */
  async function inflated(): Promise<Bytes> {
    whole ??= read(name);
    try {
      return await whole;
    } catch (error) {
      whole = undefined;
      throw error;
    }
  }

  return {
    path,
    size,
    async read(from, to, signal) {
      if (to > size) {
        throw new CheckpointError({ kind: 'truncated', needed: to, size }, { path, offset: from });
      }
      if (method !== 8) return read(name, { from, to, signal });
      const bytes = (await inflated()).slice(from, to);
      signal?.throwIfAborted();
      return bytes;
    },
  };
}

/** Entries in groups that lie close enough together to be read at once. */
function neighbours(entries: readonly ZipEntry[]): ZipEntry[][] {
  const groups: ZipEntry[][] = [];
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    const before = groups.at(-1)?.at(-1);
    if (before && entry.offset - before.end <= MAX_GAP) groups.at(-1)?.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** The same file; what was read with the directory is not read again. */
function withTail(source: ByteSource, { start, bytes }: Tail): ByteSource {
  return {
    ...source,
    async read(from, to, signal) {
      if (from < start || to > start + bytes.length) return source.read(from, to, signal);
      signal?.throwIfAborted();
      return bytes.slice(from - start, to - start);
    },
  };
}
