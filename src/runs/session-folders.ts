import { baseOf, parentOf } from '#io/path.ts';

/** What torch's `add_hparams` calls the folder that it writes into: the time, in seconds. */
const SESSION = /^\d{10}\.\d+$/;

/**
 * Tells folders in which torch has put the hyper-parameters of the run above, which has a log. Several in one place are the trials of a
 * search, each a run of its own.
 *
 * @see https://github.com/pytorch/pytorch/blob/main/torch/utils/tensorboard/writer.py `add_hparams`
 */
export function sessionFolders(
  folders: ReadonlyMap<string, { readonly history: readonly string[] }>,
): (folder: string) => boolean {
  const byParent = new Map<string, string[]>();
  for (const folder of folders.keys()) {
    const parent = parentOf(folder);
    if (!SESSION.test(baseOf(folder)) || !folders.get(parent)?.history.length) continue;
    byParent.set(parent, [...(byParent.get(parent) ?? []), folder]);
  }
  const lone = new Set([...byParent.values()].filter(({ length }) => length === 1).flat());
  return (folder) => lone.has(folder);
}
