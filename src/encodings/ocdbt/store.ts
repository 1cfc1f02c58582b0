import { CheckpointError, type Place } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';
import { type Generation, readManifest } from './manifest.ts';
import { readNode, type Value } from './node.ts';
import { BTREE_NODE, type Location, MANIFEST, openEnvelope } from './records.ts';

/** A manifest holds some versions at most. */
const MAX_MANIFEST = 16_000_000;
/** Besides four times what the files have. */
const ALLOWANCE = 2 ** 26;
/** Keys of one store: parameters, times the chunks of each. */
const MAX_KEYS = 5_000_000;

export interface StoreOptions {
  /** A data file by its path from the folder of the manifest. Throws `missing`. */
  open(path: string): Promise<ByteSource>;
  readonly signal?: AbortSignal | undefined;
}

/** What a store holds: everything but values that lie in files has been read, and compared with its checksums. */
export interface Store {
  readonly values: ReadonlyMap<string, Value>;
  readonly files: ReadonlyMap<string, ByteSource>;
  /** The path that a data file was asked for by; throws what opening it throws. */
  source(location: Location): Promise<ByteSource>;
}

/**
 * Opens a key-value store of TensorStore by its manifest, at its last version: reads the manifest and all nodes.
 *
 * @see https://google.github.io/tensorstore/kvstore/ocdbt/index.html
 */
export async function openStore(source: ByteSource, options: StoreOptions): Promise<Store> {
  const { path, size } = source;
  if (size > MAX_MANIFEST) {
    const problem = { kind: 'too-large', what: 'the manifest', size, limit: MAX_MANIFEST } as const;
    throw new CheckpointError(problem, { path });
  }
  const bytes = await source.read(0, size, options.signal);
  const place = { path, offset: 0 };
  const { last, isNumbered } = readManifest(
    openEnvelope({ bytes, magic: MANIFEST, place, limit: 4 * size + ALLOWANCE }),
  );
  if (isNumbered && !last) {
    throw new CheckpointError({ kind: 'unsupported', feature: 'numbered manifests' }, place);
  }
  const walk = new Walk(options);
  if (last?.root) await walk.node(last.root, last.height, new Uint8Array());
  checkCount(walk, last, place);
  return { values: walk.values, files: walk.files, source: (location) => walk.source(location) };
}

function checkCount({ values }: Walk, last: Generation | undefined, place: Place): void {
  if (!last || values.size === last.keys) return;
  const what = `the manifest counts ${last.keys} keys, the tree has ${values.size}`;
  throw new CheckpointError({ kind: 'malformed', what }, place);
}

class Walk {
  readonly values = new Map<string, Value>();
  readonly files = new Map<string, ByteSource>();
  readonly #options: StoreOptions;
  readonly #opening = new Map<string, Promise<ByteSource>>();
  readonly #seen = new Set<string>();
  #decoded = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  async source({ file }: Location): Promise<ByteSource> {
    const opening = this.#opening.get(file.path) ?? this.#options.open(file.path);
    this.#opening.set(file.path, opening);
    const source = await opening;
    this.files.set(file.path, source);
    return source;
  }

  async node(location: Location, height: number, prefix: Uint8Array): Promise<void> {
    const { file, offset, length } = location;
    const source = await this.source(location);
    const place = { path: source.path, offset };
    const fail = (what: string): never => {
      throw new CheckpointError({ kind: 'malformed', what }, place);
    };
    const id = `${offset} ${file.path}`;
    if (this.#seen.has(id)) fail(`a node of ${baseOf(file.path)} stands in two places of the tree`);
    this.#seen.add(id);
    const stored = [...this.files.values()].reduce((sum, one) => sum + one.size, 0);
    const limit = 4 * stored + ALLOWANCE - this.#decoded;
    if (offset + length > source.size) {
      const problem = { needed: offset + length, size: source.size };
      throw new CheckpointError({ kind: 'truncated', ...problem }, place);
    }
    const bytes = await source.read(offset, offset + length, this.#options.signal);
    const cursor = openEnvelope({ bytes, magic: BTREE_NODE, place, limit });
    this.#decoded += cursor.remaining;
    const node = readNode(cursor, prefix, file.base);
    if (node.height !== height) fail(`a node is ${node.height} high instead of ${height}`);
    if ('values' in node) {
      for (const { key, value } of node.values) {
        if (this.values.has(key)) fail(`the tree has two entries ${key}`);
        this.values.set(key, value);
      }
      if (this.values.size > MAX_KEYS) fail('the tree has too many keys');
      return;
    }
    for (const child of node.children) await this.node(child.node, height - 1, child.prefix);
  }
}
