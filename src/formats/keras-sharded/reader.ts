import { CheckpointError, type Defect } from '#domain/problem.ts';
import type {
  Checkpoint,
  Metadata,
  TensorInfo,
  Verification,
  VerifyOptions,
} from '#domain/tensor.ts';
import { parseJson } from '#encodings/json-node.ts';
import type { Attributes } from '#formats/hdf5/contents.ts';
import { labelsOf } from '#formats/keras-hdf5/labels.ts';
import { type KerasWeights, openWeights } from '#formats/keras-hdf5/weights.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** An index names groups, not variables: a hundred thousand layers. */
const MAX_INDEX = 2 ** 24;
const MAX_SHARDS = 10_000;

/**
 * Opens weights that are spread over several files: `{"metadata": {"total_size"}, "weight_map": {group: file}}`,
 * or a list of files for a group that did not fit into one.
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const index = await readIndex(source, options.signal);
  const shards = await openShards(index.files, source, options);
  const merged = mergeTensors(shards.weights);
  const files = [source, ...shards.sources];
  const verifiable = shards.weights.some(({ contents }) => contents.verify !== undefined);
  const metadata: { [key: string]: Metadata } = {};
  for (const { metadata: own } of shards.weights) Object.assign(metadata, own);
  return {
    tensors: merged.tensors,
    metadata: { ...metadata, shards: index.files.length, index: index.metadata },
    defects: [...shards.defects, ...merged.defects, ...findMissing(index, shards, merged, source)],
    size: files.reduce((sum, { size }) => sum + size, 0),
    files: files.map(({ path }) => path),
    globals: [],
    async read(name, readOptions) {
      const owner = merged.owners.get(name);
      if (!owner) throw new RangeError(`No tensor ${name}`);
      return owner.contents.read(name, readOptions);
    },
    ...(verifiable && { verify: (given) => verifyShards(shards.weights, given) }),
  };
}

interface Index {
  readonly metadata: Metadata;
  /** Files by group: `/layers/dense/vars`. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Each once, in order. */
  readonly files: readonly string[];
}

async function readIndex(source: ByteSource, signal?: AbortSignal): Promise<Index> {
  const { path, size } = source;
  if (size > MAX_INDEX)
    throw new CheckpointError(
      { kind: 'too-large', what: 'the index', size, limit: MAX_INDEX },
      { path },
    );
  const document = parseJson(await source.read(0, size, signal), { path });
  const groups = new Map<string, readonly string[]>();
  for (const [group, given] of document.get('weight_map').entries()) {
    const names = Array.isArray(given.value) ? given.list() : [given];
    groups.set(
      group,
      names.map((name) => name.text()),
    );
  }
  const files = [...new Set([...groups.values()].flat())].sort();
  if (files.length > MAX_SHARDS) {
    const problem = { what: 'a number of shards', size: files.length, limit: MAX_SHARDS } as const;
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path });
  }
  return { metadata: (document.find('metadata')?.value ?? {}) as Metadata, groups, files };
}

interface Shards {
  readonly weights: readonly KerasWeights[];
  readonly sources: readonly ByteSource[];
  readonly missing: ReadonlySet<string>;
  readonly defects: readonly Defect[];
}

/** Opens what is there; a shard that is missing or damaged is a defect. */
async function openShards(
  files: readonly string[],
  { path }: ByteSource,
  { signal, sibling }: OpenOptions,
): Promise<Shards> {
  const weights: KerasWeights[] = [];
  const sources: ByteSource[] = [];
  const missing = new Set<string>();
  const defects: Defect[] = [];
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  for (const name of files) {
    try {
      const source = await sibling?.(name);
      if (!source)
        throw new CheckpointError({ kind: 'missing', path: `${folder}${name}` }, { path });
      sources.push(source);
      const opened = await openWeights(source, { signal });
      weights.push(opened);
      defects.push(...opened.contents.defects);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      if (['changed', 'denied'].includes(error.problem.kind)) throw error;
      missing.add(name);
      defects.push({ problem: error.problem, place: error.place });
    }
  }
  return { weights, sources, missing, defects };
}

interface Merged {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly owners: ReadonlyMap<string, KerasWeights>;
  readonly attributes: ReadonlyMap<string, Attributes>;
  readonly defects: readonly Defect[];
}

/** Names of variables follow from how many their layer has, in all shards together. */
function mergeTensors(weights: readonly KerasWeights[]): Merged {
  const owners = new Map<string, KerasWeights>();
  const infos = new Map<string, TensorInfo>();
  const defects: Defect[] = [];
  for (const [shard, one] of weights.entries()) {
    for (const [name, info] of one.contents.tensors) {
      if (owners.has(name)) {
        const problem = { kind: 'malformed', what: 'two shards hold it' } as const;
        defects.push({ problem, place: { path: one.contents.path, tensor: name } });
        continue;
      }
      owners.set(name, one);
      const { storage } = info;
      infos.set(
        name,
        storage ? { ...info, storage: { ...storage, id: `${shard}:${storage.id}` } } : info,
      );
    }
  }
  const attributes = new Map(weights.flatMap(({ contents }) => [...contents.attributes]));
  const labels = labelsOf([...infos.keys()], { attributes, layers: undefined });
  const tensors = [...infos].map(([name, info]): [string, TensorInfo] => {
    const label = labels.get(name);
    return [name, label === undefined ? info : { ...info, label }];
  });
  return { tensors: new Map(tensors), owners, attributes, defects };
}

/** Groups that the index names and that no shard has. */
function findMissing(
  { groups }: Index,
  { missing }: Shards,
  { tensors, attributes }: Merged,
  { path }: ByteSource,
): readonly Defect[] {
  const withTensors = [...tensors.keys()].map((name) => name.slice(0, name.lastIndexOf('/')));
  const found = new Set([...withTensors, ...attributes.keys()]);
  return [...groups].flatMap(([group, files]) => {
    if (found.has(group) || files.some((file) => missing.has(file))) return [];
    const problem = { kind: 'malformed', what: `${group} is in none of its shards` } as const;
    return [{ problem, place: { path } }];
  });
}

async function verifyShards(
  weights: readonly KerasWeights[],
  { signal, onProgress }: VerifyOptions,
): Promise<Verification> {
  const defects: Defect[] = [];
  let checked = true;
  let before = 0;
  for (const { contents } of weights) {
    const start = before;
    const found = await contents.verify?.({
      signal,
      onProgress: (bytes) => onProgress?.(start + bytes),
    });
    before += contents.size;
    checked &&= found?.checked ?? false;
    defects.push(...(found?.defects ?? []));
  }
  return { defects, checked };
}
