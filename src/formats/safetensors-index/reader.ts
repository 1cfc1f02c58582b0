import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { type JsonNode, parseJson } from '#encodings/json-node.ts';
import { joinParts, type Part } from '#formats/join-parts.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { openPart } from '#formats/open-part.ts';
import { staysInside } from '#formats/stays-inside.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** An index of a hundred thousand tensors takes ten megabytes. */
const MAX_INDEX = 100_000_000;
/** More is no model; each of them is a file to open. */
const MAX_SHARDS = 10_000;
/** Headers read at a time. */
const AT_ONCE = 8;

/**
 * `{ metadata, weight_map: { tensor: file } }` and the files it names, safetensors or archives of `torch.save`,
 * beside it. Reads the index and the header of every shard. A name that leads out of the folder is never opened.
 * @see https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/serialization/_base.py
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const index = await readIndex(source, options.signal);
  const shards = await openShards(index, source, options);
  const joined = joinParts(partsOf(index.map, shards));
  return {
    ...joined,
    metadata: index.metadata,
    defects: [...index.defects, ...findMapDefects(index.map, shards, path), ...joined.defects],
    size: joined.size + size,
    files: [path, ...joined.files],
  };
}

interface Index {
  /** Shard of each tensor, those that stay in the folder. */
  readonly map: ReadonlyMap<string, string>;
  readonly metadata: { readonly [key: string]: Metadata };
  readonly defects: readonly Defect[];
}

async function readIndex(source: ByteSource, signal: AbortSignal | undefined): Promise<Index> {
  const { path, size } = source;
  if (size > MAX_INDEX) {
    const problem = { kind: 'too-large', what: 'the index', size, limit: MAX_INDEX } as const;
    throw new CheckpointError(problem, { path });
  }
  const root = parseJson(await source.read(0, size, signal), { path });
  const map = new Map<string, string>();
  const defects: Defect[] = [];
  for (const [tensor, node] of root.get('weight_map').entries()) {
    const file = node.text();
    if (staysInside(file)) map.set(tensor, file);
    else {
      const what = `the index looks for ${tensor} outside of its folder: ${file}`;
      defects.push({ problem: { kind: 'unsafe', what }, place: { path, tensor } });
    }
  }
  return { map, metadata: metadataOf(root), defects };
}

function metadataOf(root: JsonNode): Index['metadata'] {
  const metadata = root.find('metadata');
  return metadata?.isObject ? (metadata.value as Index['metadata']) : {};
}

interface Shard {
  readonly file: string;
  readonly checkpoint: Checkpoint | undefined;
  /** Why it could not be opened. */
  readonly defect: Defect | undefined;
}

async function openShards(
  { map }: Index,
  source: ByteSource,
  options: OpenOptions,
): Promise<readonly Shard[]> {
  const files = [...new Set(map.values())].sort();
  if (files.length > MAX_SHARDS) {
    const problem = { what: 'the number of shards', size: files.length, limit: MAX_SHARDS };
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path: source.path });
  }
  const shards: Shard[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const some = files.slice(at, at + AT_ONCE);
    shards.push(...(await Promise.all(some.map((file) => openShard(file, source, options)))));
  }
  return shards;
}

async function openShard(
  file: string,
  source: ByteSource,
  { sibling, signal }: OpenOptions,
): Promise<Shard> {
  try {
    if (!sibling) {
      throw new CheckpointError({ kind: 'missing', path: file }, { path: source.path });
    }
    return { file, checkpoint: await openPart(await sibling(file), signal), defect: undefined };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { problem, place } = error;
    return { file, checkpoint: undefined, defect: { problem, place } };
  }
}

/** Each shard with its tensors, but those that are found in the shard where the index looks for them. */
function partsOf(map: ReadonlyMap<string, string>, shards: readonly Shard[]): readonly Part[] {
  const byFile = new Map(shards.map(({ file, checkpoint }) => [file, checkpoint]));
  const isElsewhere = (name: string, file: string): boolean => {
    const mapped = map.get(name);
    return mapped !== undefined && mapped !== file && !!byFile.get(mapped)?.tensors.has(name);
  };
  return shards.flatMap(({ file, checkpoint }) =>
    checkpoint
      ? [{ checkpoint, nameOf: (name: string) => (isElsewhere(name, file) ? undefined : name) }]
      : [],
  );
}

/** Shards that cannot be opened, each with its tensors, and tensors that are not where they should be. */
function findMapDefects(
  map: ReadonlyMap<string, string>,
  shards: readonly Shard[],
  path: string,
): readonly Defect[] {
  const byFile = new Map(shards.map((shard) => [shard.file, shard]));
  const defects = shards.flatMap(({ defect }) => defect ?? []);
  for (const [tensor, file] of map) {
    const { checkpoint, defect } = byFile.get(file) ?? {};
    if (defect) defects.push({ problem: defect.problem, place: { ...defect.place, tensor } });
    else if (!checkpoint?.tensors.has(tensor)) {
      const what = `the index looks for ${tensor} in ${file}, which does not have it`;
      defects.push({ problem: { kind: 'malformed', what }, place: { path, tensor } });
    }
  }
  return defects;
}
