import type { CheckpointRef } from '#domain/run.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';

/** Files that say what a folder of Orbax is, the surest first. */
const MAINS = ['_CHECKPOINT_METADATA', '_METADATA', 'manifest.ocdbt'];

/** What describes arrays, and the items that are no arrays. */
const DESCRIPTIONS = new Set([...MAINS, '.zarray', 'zarr.json', 'metadata', 'metrics']);

/** `0`, `1.0`, `c/1/0`: a chunk of Zarr; `d/3f…`: a data file of OCDBT. */
const CHUNK = /\/(?:\d+(?:\.\d+)*|c)$|\/c(?:\/\d+)+$/;
const DATA = /(?:^|\/)d\/[0-9a-f]{32}$/;

/** Kept of either kind: a model on many devices has some ten thousand chunks. */
const MAX_FILES = 500_000;

/** Whether a file may be part of a checkpoint of Orbax. */
export function isOrbaxFile(path: string): boolean {
  return DESCRIPTIONS.has(baseOf(path)) || DATA.test(path) || CHUNK.test(path);
}

/** Collects what may be parts of checkpoints of Orbax. */
export function createOrbaxFiles() {
  const files: string[] = [];
  const chunks: string[] = [];
  return {
    add(path: string): void {
      const list = CHUNK.test(path) ? chunks : files;
      if (list.length <= MAX_FILES) list.push(path);
    },
    /** Some of its chunks alone would make a checkpoint look as if it had lost the others. */
    refs: (): CheckpointRef[] =>
      orbaxRefs(chunks.length > MAX_FILES ? files : [...files, ...chunks]),
  };
}

/** Each folder of Orbax with all its files: a step with its items, or a lone item. */
function orbaxRefs(files: readonly string[]): CheckpointRef[] {
  const mains = new Map(MAINS.map((name) => [name, new Set<string>()]));
  for (const path of files) mains.get(baseOf(path))?.add(parentOf(path));
  const roots = new Map<string, string[]>();
  const known = new Map<string, string | null>();
  for (const path of files) {
    const folder = parentOf(path);
    const root = known.get(folder) ?? rootOf(folder, mains);
    known.set(folder, root);
    if (root === null) continue;
    const own = roots.get(root);
    if (own) own.push(path);
    else roots.set(root, [path]);
  }
  return [...roots].map(([root, own]) => {
    const name = MAINS.find((one) => mains.get(one)?.has(root)) ?? '';
    const main = joinPath(root, name);
    return { path: root === '' ? main : root, main, files: own.sort() };
  });
}

/** The folder highest up that has the file of a step; without one, that of an item. */
function rootOf(folder: string, mains: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  for (const name of MAINS) {
    const folders = mains.get(name);
    const found = ancestors(folder).find((one) => folders?.has(one) && !isProcess(one));
    if (found !== undefined) return found;
  }
  return null;
}

/** What each process wrote; the manifest above unites them. */
function isProcess(folder: string): boolean {
  return baseOf(folder).startsWith('ocdbt.process_');
}

/** From the opened directory down to the folder itself. */
function ancestors(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/');
  return Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, i).join('/'));
}
