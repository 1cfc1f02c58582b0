import type { ByteSource } from '#io/byte-source.ts';
import { readAttributes } from './attributes.ts';
import { type Hdf5Dataset, openDataset } from './dataset.ts';
import { type Hdf5File, openFile } from './file.ts';
import { readLinks } from './group.ts';
import type { Link } from './messages.ts';
import { type Message, readObjectHeader } from './object-header.ts';
import { type Hdf5Value, openValues, type Values } from './values.ts';

type Attributes = () => Promise<ReadonlyMap<string, Hdf5Value>>;

/** What stands in a file, by its path from the root: `/layers/dense/vars/0`. */
export type Hdf5Entry = { readonly path: string } & Readonly<
  | { kind: 'group'; attributes: Attributes }
  /** Two paths with the same `address` are the same dataset. */
  | { kind: 'dataset'; dataset: Hdf5Dataset; address: number; attributes: Attributes }
  /** Shown, never followed. */
  | { kind: 'refused'; what: 'soft link' | 'external link' | 'cycle'; target: string }
>;

/** An open HDF5 file. */
export interface Hdf5 {
  /** Of its superblock. */
  readonly version: number;
  /** Where the file says that it ends; past its size when it was cut short. */
  readonly endOfFile: number;
  /** Everything in it, depth first, links in their stored order. */
  walk(signal?: AbortSignal): AsyncGenerator<Hdf5Entry>;
  readonly strings: Values['strings'];
}

/** Links and groups of a real file; a damaged one could have any number. */
const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 200;

/** Opens HDF5 of any superblock version; reads in pages, tensors only when asked for. */
export async function openHdf5(source: ByteSource, signal?: AbortSignal): Promise<Hdf5> {
  const file = await openFile(source, signal);
  const values = openValues(file);
  return {
    version: file.version,
    endOfFile: file.endOfFile,
    walk: (signal) => walk(file, values, signal),
    strings: values.strings,
  };
}

interface Visit {
  readonly at: number;
  readonly path: string;
  /** Addresses of the groups that contain it. */
  readonly above: readonly number[];
}

async function* walk(
  file: Hdf5File,
  values: Values,
  signal: AbortSignal | undefined,
): AsyncGenerator<Hdf5Entry> {
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
    const messages = await readObjectHeader(file, next.at);
    const attributes = attributesOf(file, values, messages);
    const dataset = await openDataset(file, messages);
    if (dataset) {
      yield { kind: 'dataset', path: next.path, dataset, address: next.at, attributes };
      continue;
    }
    yield { kind: 'group', path: next.path || '/', attributes };
    const links = (await readLinks(file, messages)) ?? [];
    waiting.push(...links.map((link) => follow(link, next)).reverse());
  }
}

/** Where a link leads, or what it is when it is not to be followed. */
function follow(link: Link, { at, path, above }: Visit): Visit | Hdf5Entry {
  const child = `${path}/${link.name}`;
  if (link.kind !== 'hard')
    return { kind: 'refused', path: child, what: `${link.kind} link`, target: link.target };
  if (link.address === at || above.includes(link.address) || above.length > MAX_DEPTH)
    return { kind: 'refused', path: child, what: 'cycle', target: path || '/' };
  return { at: link.address, path: child, above: [...above, at] };
}

function attributesOf(file: Hdf5File, values: Values, messages: readonly Message[]): Attributes {
  return async () => {
    const raw = await readAttributes(file, messages);
    const pairs = raw.map(async (one) => [one.name, await values.attribute(one)] as const);
    return new Map(await Promise.all(pairs));
  };
}
