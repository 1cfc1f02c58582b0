import type { CheckpointRef } from '#domain/run.ts';
import { baseOf, joinPath } from '#io/path.ts';

/** What a folder holds that checkpoints are made of, by path. */
export interface CheckpointParts {
  readonly checkpoints: readonly string[];
  readonly auxiliaries: readonly string[];
  readonly bundleFiles: readonly string[];
}

/** `model-00001-of-00003.safetensors`, `model.ckpt-30-00000-of-00003` */
const SHARD = /^(.*)-\d{5}-of-\d{5}(\.[a-z]+)?$/;

/** A prefix in front of what TensorFlow adds to it. */
const BUNDLE_FILE = /^(.*)\.(?:index|data-\d{5}-of-\d{5})(\.tempstate\d+)?$/;

/** `.index` files that are not TensorFlow's have no shards beside them, and seldom such names. */
const BUNDLE_NAME = /(?:ckpt|check|model|weights|variables|[-_]\d+$)/i;

/** The files of one folder, each in exactly one checkpoint. */
export function checkpointRefs(parts: CheckpointParts): CheckpointRef[] {
  return [...bundleRefs(parts.bundleFiles), ...fileRefs(parts)];
}

/** Graph files that hold weights as well. */
export function exportedRefs(graphs: readonly string[]): CheckpointRef[] {
  return graphs
    .filter((path) => /\.(?:pt2|onnx)$/.test(path))
    .map((path) => ({ path, main: path, files: [path] }));
}

/** A model of TensorFlow.js with the shards beside it. */
export function webRefs(graphs: readonly string[], shards: readonly string[]): CheckpointRef[] {
  if (shards.length === 0) return [];
  return graphs
    .filter((path) => path.endsWith('.json'))
    .map((path) => ({ path, main: path, files: [path, ...[...shards].sort()] }));
}

/**
 * A folder that is one checkpoint. Where it holds several models, each of them is a checkpoint, and
 * what goes with them belongs to all.
 */
export function folderRefs(folder: string, parts: CheckpointParts): CheckpointRef[] {
  const refs = checkpointRefs({ ...parts, auxiliaries: parts.auxiliaries.filter(isIndex) });
  const others = parts.auxiliaries.filter((path) => !isIndex(path));
  const [only, second] = refs;
  if (!only) return others.length === 0 ? [] : [auxiliariesOnly(folder, others)];
  if (second) return refs.map((ref) => ({ ...ref, files: [...ref.files, ...others] }));
  return [{ path: folder, main: only.main, files: [...only.files, ...others] }];
}

/** An interrupted save can leave an optimizer without its model. */
function auxiliariesOnly(folder: string, files: readonly string[]): CheckpointRef {
  return { path: folder, main: joinPath(folder, 'model.safetensors'), files };
}

/** A save that wrote nothing yet, or whose files were lost: its model is missing. */
export function emptyFolderRef(folder: string): CheckpointRef {
  return { path: folder, main: joinPath(folder, 'model.safetensors'), files: [] };
}

/** `model.weights.json` says which `model_00000.weights.h5` holds what. */
const KERAS_INDEX = /\.weights\.json$/;
const KERAS_SHARD = /_\d{5}(?=\.weights\.h5$)/;

function kerasRefs(paths: readonly string[]): { refs: CheckpointRef[]; rest: readonly string[] } {
  const indices = paths.filter((path) => KERAS_INDEX.test(path));
  if (indices.length === 0) return { refs: [], rest: paths };
  const indexOf = (path: string) =>
    KERAS_SHARD.test(path) ? path.replace(KERAS_SHARD, '').replace(/\.h5$/, '.json') : undefined;
  const refs = indices.map((index) => {
    const shards = paths.filter((path) => indexOf(path) === index).sort();
    return { path: index, main: index, files: [index, ...shards] };
  });
  const taken = new Set(refs.flatMap(({ files }) => files));
  return { refs, rest: paths.filter((path) => !taken.has(path)) };
}

/** Files that are a checkpoint each. */
export function loneRefs(paths: readonly string[]): CheckpointRef[] {
  return paths.map((path) => ({ path, main: path, files: [path] }));
}

function fileRefs({ checkpoints, auxiliaries }: CheckpointParts): CheckpointRef[] {
  const shards = new Map<string, string[]>();
  const { refs, rest } = kerasRefs(checkpoints);
  for (const path of rest) {
    const [, stem, extension = ''] = SHARD.exec(path) ?? [];
    if (stem === undefined) refs.push({ path, main: path, files: [path] });
    else append(shards, stem + extension, path);
  }
  const indices = new Map(auxiliaries.filter(isIndex).map((path) => [path.slice(0, -11), path]));
  for (const [path, files] of shards) {
    const index = indices.get(path);
    indices.delete(path);
    refs.push(shardedRef(path, files.sort(), index));
  }
  // An index whose shards are all gone.
  for (const index of indices.values()) refs.push({ path: index, main: index, files: [index] });
  // In a folder of many checkpoints, nothing says whose an optimizer is.
  const lone = auxiliaries.filter((path) => !isIndex(path) && isTorch(path));
  if (refs.length === 0) refs.push(...lone.map((path) => ({ path, main: path, files: [path] })));
  return refs;
}

function shardedRef(path: string, files: string[], index: string | undefined): CheckpointRef {
  if (index !== undefined) return { path: index, main: index, files: [index, ...files] };
  return { path, main: files[0] ?? path, files };
}

function bundleRefs(files: readonly string[]): CheckpointRef[] {
  const byPrefix = new Map<string, string[]>();
  for (const path of files) {
    const prefix = BUNDLE_FILE.exec(path)?.[1];
    if (prefix !== undefined) append(byPrefix, withoutTemp(prefix), path);
  }
  return [...byPrefix]
    .filter(([prefix, paths]) => paths.length > 1 || isBundleAlone(prefix, paths))
    .map(([prefix, paths]) => ({ path: prefix, main: `${prefix}.index`, files: paths.sort() }));
}

function isBundleAlone(prefix: string, [path]: readonly string[]): boolean {
  return !path?.endsWith('.index') || BUNDLE_NAME.test(baseOf(prefix));
}

/** `ckpt-5_temp/part-00000-of-00001` was to become `ckpt-5`. */
function withoutTemp(prefix: string): string {
  return prefix.replace(/_temp\/part-\d{5}-of-\d{5}$/, '');
}

function isIndex(path: string): boolean {
  return path.endsWith('.index.json');
}

function isTorch(path: string): boolean {
  return /\.(?:pt|pth|ckpt)$/.test(path) && !/(?:rng_state|random_states)/.test(baseOf(path));
}

function append(groups: Map<string, string[]>, key: string, path: string): void {
  const group = groups.get(key);
  if (group) group.push(path);
  else groups.set(key, [path]);
}
