import { labelFileOf } from '#formats/label-file.ts';
import { parentOf } from '#io/path.ts';
import { shardedDatasets } from './sharded-datasets.ts';

/** Formats that keep labels in a file of their own. */
const PAIRED = /\.npy$|[-.]idx\d-|\.idx(?:\.gz)?$/i;

/** Data sets by the path they are called by, with all files that each is made of, itself first. */
export function datasetFiles(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    if (!PAIRED.test(path)) continue;
    const key = `${parentOf(path)}/${/\.npy$/i.test(path) ? 'npy' : 'idx'}`;
    folders.set(key, [...(folders.get(key) ?? []), path]);
  }
  const labels = new Map<string, string>();
  for (const beside of folders.values()) {
    for (const path of beside) {
      const found = labelFileOf(path, beside);
      if (found !== undefined) labels.set(path, found);
    }
  }
  const taken = new Set(labels.values());
  const sets = shardedDatasets(paths.filter((path) => !taken.has(path)));
  return new Map([...sets].map(([name, files]) => [name, withLabels(files, labels.get(name))]));
}

const withLabels = (files: readonly string[], labels: string | undefined) =>
  labels === undefined ? files : [...files, labels];
