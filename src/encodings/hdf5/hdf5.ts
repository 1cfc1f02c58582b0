import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { readAttributes } from './attributes.ts';
import { type Hdf5Dataset, openDataset } from './dataset.ts';
import { asDamage, type Hdf5File, openFile } from './file.ts';
import { readLinks } from './group.ts';
import type { Link } from './messages.ts';
import { readObjectHeader } from './object-header.ts';
import { type Hdf5Value, openValues, type Values } from './values.ts';

type Attributes = () => Promise<ReadonlyMap<string, Hdf5Value>>;

/** What stands in a file, by its path from the root: `/layers/dense/vars/0`. */
export type Hdf5Entry = { readonly path: string } & Readonly<
  | { kind: 'group'; attributes: Attributes }
  /** Two paths with the same `address` are the same dataset. */
  | { kind: 'dataset'; dataset: Hdf5Dataset; address: number; attributes: Attributes }
  /** Shown, never followed. */
  | { kind: 'refused'; what: Refusal; target: string }
  /** An object that cannot be read; what lies beside it can. */
  | { kind: 'damaged'; defect: Defect }
>;

type Refusal = 'soft link' | 'external link' | 'cycle' | 'repeated group';

/** An open HDF5 file. */
export interface Hdf5 {
  /** Of its superblock. */
  readonly version: number;
  /** Where the file says that it ends; past its size when it was cut short. */
  readonly endOfFile: number;
  /** Whether a writer had it open when it was last written, and did not close it. */
  readonly unfinished: boolean;
  /** Everything in it, depth first, links in their stored order. */
  walk(signal?: AbortSignal): AsyncGenerator<Hdf5Entry>;
  readonly strings: Values['strings'];
  readonly texts: Values['texts'];
}

/** Links and groups of a real file; a damaged one could have any number. */
const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 200;
/** Entries of groups that were there before, under another name: linked in turn they could go on for ever. */
const MAX_REPEATED = 10_000;

/** Opens HDF5 of any superblock version; reads in pages, tensors only when asked for. */
export async function openHdf5(source: ByteSource, signal?: AbortSignal): Promise<Hdf5> {
  const file = await openFile(source, signal);
  const values = openValues(file);
  const orDamage = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      throw error instanceof CheckpointError ? asDamage(error, file) : error;
    }
  };
  return {
    version: file.version,
    endOfFile: file.endOfFile,
    unfinished: file.unfinished,
    walk: (signal) => walk(file, values, signal),
    strings: (...wanted) => orDamage(() => values.strings(...wanted)),
    texts: (...wanted) => orDamage(() => values.texts(...wanted)),
  };
}

interface Visit {
  readonly at: number;
  readonly path: string;
  /** Addresses of the groups that contain it. */
  readonly above: readonly number[];
}

/** An object, read once however many links lead to it. */
interface Found {
  readonly dataset: Hdf5Dataset | null;
  readonly links: readonly Link[];
  readonly attributes: Attributes;
}

async function* walk(
  file: Hdf5File,
  values: Values,
  signal: AbortSignal | undefined,
): AsyncGenerator<Hdf5Entry> {
  const visit = visitor(file, values);
  const waiting: (Visit | Hdf5Entry)[] = [{ at: file.root, path: '', above: [] }];
  let seen = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    signal?.throwIfAborted();
    if (++seen > MAX_ENTRIES)
      file.fail({ kind: 'too-large', what: 'a number of objects', size: seen, limit: MAX_ENTRIES });
    if ('kind' in next) {
      yield next;
      continue;
    }
    const { entry, below } = await visit(next);
    yield entry;
    for (const child of below.toReversed()) waiting.push(child);
  }
}

/** What stands at the end of a link, and where to go on from there. */
interface Step {
  readonly entry: Hdf5Entry;
  readonly below: readonly (Visit | Hdf5Entry)[];
}

function visitor(file: Hdf5File, values: Values): (visit: Visit) => Promise<Step> {
  const limited = file.limited();
  const objects = new Map<number, Found | Defect>();
  let repeated = 0;

  return async (visit) => {
    const { at } = visit;
    const path = visit.path || '/';
    const before = objects.get(at);
    const found = before ?? (await settle(file, readObject(limited, file, values, at)));
    objects.set(at, found);
    if ('problem' in found) return { entry: { kind: 'damaged', path, defect: found }, below: [] };
    const { dataset, attributes, links } = found;
    if (dataset)
      return { entry: { kind: 'dataset', path, dataset, address: at, attributes }, below: [] };
    if (before) repeated += links.length;
    if (repeated > MAX_REPEATED)
      return { entry: { kind: 'refused', path, what: 'repeated group', target: path }, below: [] };
    const entry = { kind: 'group', path, attributes } as const;
    return { entry, below: links.map((link) => follow(link, visit)) };
  };
}

async function readObject(
  limited: Hdf5File,
  file: Hdf5File,
  values: Values,
  at: number,
): Promise<Found> {
  const messages = await readObjectHeader(limited, at);
  let attributes: Promise<ReadonlyMap<string, Hdf5Value>> | undefined;

  async function readAll(): Promise<ReadonlyMap<string, Hdf5Value>> {
    const pairs: [string, Hdf5Value][] = [];
    for (const raw of await readAttributes(limited, messages))
      pairs.push([raw.name, await values.attribute(raw)]);
    return new Map(pairs);
  }

  const dataset = await openDataset(file, messages, limited);
  return {
    dataset,
    links: dataset ? [] : ((await readLinks(limited, messages)) ?? []),
    attributes() {
      attributes ??= readAll().catch((error: unknown) => {
        throw error instanceof CheckpointError ? asDamage(error, file) : error;
      });
      return attributes;
    },
  };
}

/** What is wrong with one object, where it is that and not the file as a whole. */
async function settle(file: Hdf5File, reading: Promise<Found>): Promise<Found | Defect> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { problem, place } = asDamage(error, file);
    if (!isOfContents(problem)) throw error;
    return { problem, place };
  }
}

/** Whether a problem is one of what the file holds, and not of getting at the file. */
export function isOfContents({ kind }: Problem): boolean {
  return OF_CONTENTS.has(kind);
}

const OF_CONTENTS: ReadonlySet<Problem['kind']> = new Set([
  'truncated',
  'malformed',
  'corrupt',
  'too-large',
  'unsupported',
]);

/** Where a link leads, or what it is when it is not to be followed. */
function follow(link: Link, { at, path, above }: Visit): Visit | Hdf5Entry {
  const child = `${path}/${link.name}`;
  if (link.kind !== 'hard')
    return { kind: 'refused', path: child, what: `${link.kind} link`, target: link.target };
  if (link.address === at || above.includes(link.address) || above.length > MAX_DEPTH)
    return { kind: 'refused', path: child, what: 'cycle', target: path || '/' };
  return { at: link.address, path: child, above: [...above, at] };
}
