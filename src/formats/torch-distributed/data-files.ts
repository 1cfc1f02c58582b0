import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import { openArchive } from '#formats/pytorch/reader.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { joinPath, parentOf } from '#io/path.ts';
import type { Item } from './plan.ts';

/** Files opened at a time. */
const IN_FLIGHT = 8;
/** Items whose directory is kept: statistics read a tensor in parts. */
const KEPT = 64;
/** Items up to this size are read with their neighbours. */
const SMALL = 2 ** 16;
/** The longest read of small items. */
const MAX_SPAN = 2 ** 22;

/** The `*.distcp` files of a checkpoint, and the archives in them. */
export interface DataFiles {
  /** Those that are there, by the names that `.metadata` has. */
  readonly sources: ReadonlyMap<string, ByteSource>;
  /** Why an item cannot be read; `undefined` when it can. */
  check(item: Item): Problem | undefined;
  /** From the opened directory. */
  pathOf(file: string): string;
  /** The archive that an item is. Throws what `check` gives. */
  open(item: Item, signal?: AbortSignal): Promise<Assembled>;
  /** The archives of many items, neighbours in one read. Those that cannot be opened are errors. */
  openAll(
    items: readonly Item[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<Item, Assembled | CheckpointError>>;
}

/** Looks which of the files are there, and how long they are. */
export async function findDataFiles(
  source: ByteSource,
  names: readonly string[],
  { sibling, signal }: OpenOptions,
): Promise<DataFiles> {
  const sources = new Map<string, ByteSource>();
  const refused = new Map<string, Problem>();
  const pathOf = (file: string) => joinPath(parentOf(source.path), file);
  const find = async (name: string): Promise<void> => {
    const missing: Problem = { kind: 'missing', path: pathOf(name) };
    try {
      if (sibling) sources.set(name, await sibling(name));
      else refused.set(name, missing);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      refused.set(name, error.problem);
    }
  };
  for (let next = 0; next < names.length; next += IN_FLIGHT) {
    signal?.throwIfAborted();
    await Promise.all(names.slice(next, next + IN_FLIGHT).map(find));
  }

  const kept = new Map<Item, Assembled>();
  const check = (item: Item): Problem | undefined => {
    const file = sources.get(item.file);
    if (!file) return refused.get(item.file) ?? { kind: 'missing', path: pathOf(item.file) };
    const needed = item.offset + item.length;
    if (needed > file.size) return { kind: 'truncated', needed, size: file.size };
    if (item.transforms.length === 0) return undefined;
    return { kind: 'unsupported', feature: `a piece transformed by ${item.transforms.join(', ')}` };
  };

  async function open(item: Item, wanted?: AbortSignal): Promise<Assembled> {
    const known = kept.get(item);
    if (known) return known;
    const problem = check(item);
    const file = sources.get(item.file);
    if (problem || !file) throw itemError(problem, item, pathOf(item.file));
    const archive = await openArchive(windowOf(file, item), { signal: wanted });
    kept.set(item, archive);
    const [oldest] = kept.keys();
    if (oldest && kept.size > KEPT) kept.delete(oldest);
    return archive;
  }

  return {
    sources,
    check,
    pathOf,
    open,
    async openAll(items, wanted) {
      const found = new Map<Item, Assembled | CheckpointError>();
      const readable = items.filter((item) => {
        const problem = check(item);
        if (problem) found.set(item, itemError(problem, item, pathOf(item.file)));
        return !problem;
      });
      for (const group of neighbours(readable)) {
        const [first, last] = [group[0], group.at(-1)];
        const file = first && sources.get(first.file);
        if (!first || !last || !file) continue;
        const end = last.offset + last.length;
        const whole = group.length > 1 ? await readAhead(file, first.offset, end, wanted) : file;
        for (const item of group) found.set(item, await attempt(windowOf(whole, item), wanted));
      }
      return found;
    },
  };
}

/** What is wrong with an item is no error of the others. */
async function attempt(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Assembled | CheckpointError> {
  try {
    return await openArchive(source, { signal });
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
}

function itemError(problem: Problem | undefined, item: Item, path: string): CheckpointError {
  const missing: Problem = { kind: 'missing', path };
  return new CheckpointError(problem ?? missing, { path, offset: item.offset });
}

/** A part of a file as a file of its own. */
function windowOf(
  file: ByteSource,
  { offset, length }: Pick<Item, 'offset' | 'length'>,
): ByteSource {
  const { path } = file;
  return {
    path,
    size: length,
    async read(start, end, signal) {
      if (end <= length) return file.read(offset + start, offset + end, signal);
      const place = { path, offset: offset + start };
      throw new CheckpointError({ kind: 'truncated', needed: end, size: length }, place);
    },
  };
}

/** The same file, of which a part has been read already. */
async function readAhead(
  file: ByteSource,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Promise<ByteSource> {
  const bytes = await file.read(from, to, signal);
  return {
    ...file,
    async read(start, end, wanted) {
      if (start < from || end > to) return file.read(start, end, wanted);
      wanted?.throwIfAborted();
      return bytes.slice(start - from, end - from);
    },
  };
}

/** Small items that lie side by side, in groups; a large one alone. */
function neighbours(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  const sorted = items.toSorted((a, b) =>
    a.file === b.file ? a.offset - b.offset : a.file < b.file ? -1 : 1,
  );
  for (const item of sorted) {
    const group = groups.at(-1);
    const [first, last] = [group?.[0], group?.at(-1)];
    const end = item.offset + item.length;
    const isNear =
      first?.file === item.file &&
      item.length <= SMALL &&
      (last?.length ?? 0) <= SMALL &&
      item.offset - (last?.offset ?? 0) - (last?.length ?? 0) <= SMALL &&
      end - first.offset <= MAX_SPAN;
    if (group && isNear) group.push(item);
    else groups.push([item]);
  }
  return groups;
}
