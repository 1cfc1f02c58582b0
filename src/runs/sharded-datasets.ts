import { baseOf, parentOf } from '#io/path.ts';

/** `test-00000-of-00002.parquet` */
const SHARD = /^(.*)-(\d{5})-of-(\d{5})(.*)$/;

/** What `save_to_disk` of Hugging Face's datasets calls its files: the folder is the data set. */
const SAVED_TO_DISK = /^data-\d{5}-of-\d{5}\.arrow$/;

/**
 * Data sets that are kept in several files, by the path they are called by: the first of them, or their folder.
 * A file that is alone stands for itself.
 *
 * @param paths in order of their numbers
 */
export function shardedDatasets(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const first = new Map<string, string>();
  const sets = new Map<string, string[]>();
  for (const path of paths) {
    const key = setOf(path);
    const name = first.get(key) ?? nameOf(path);
    first.set(key, name);
    sets.set(name, [...(sets.get(name) ?? []), path]);
  }
  return sets;
}

function setOf(path: string): string {
  const folder = parentOf(path);
  const [, start, , total, end] = SHARD.exec(baseOf(path)) ?? [];
  return start === undefined ? path : `${folder}/${start}-of-${total}${end}`;
}

function nameOf(path: string): string {
  const folder = parentOf(path);
  return folder !== '' && SAVED_TO_DISK.test(baseOf(path)) ? folder : path;
}
