import type { Series } from '#domain/history.ts';
import type { Defect } from '#domain/problem.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { isTrainerFolder } from '#runs/folder-role.ts';

/** Where so many in turn are broken, those before them are not looked at. */
const MAX_BROKEN = 10;

/** What was read of one state. */
interface ReadState {
  readonly logs: readonly { readonly series: readonly { readonly all: Series }[] }[];
  readonly defects: readonly Defect[];
}

/**
 * The history that goes on longest of the states of one training. Those that are cut or broken are passed
 * over for one before them, and told; where none is sound, what could be read of one.
 *
 * @param states as `trainerStates` lists them
 */
export async function readTrainerStates<T extends ReadState>(
  states: readonly string[],
  readOne: (path: string) => Promise<T>,
): Promise<T | null> {
  const broken: T[] = [];
  const sound: T[] = [];
  for (const path of states) {
    if (broken.length >= MAX_BROKEN) break;
    const read = await readOne(path);
    const isSound = read.defects.length === 0 && lastStep(read) >= 0;
    (isSound ? sound : broken).push(read);
    // The one beside the checkpoints may be of a training that has gone on since.
    if (isSound && isTrainerFolder(baseOf(parentOf(path)))) break;
  }
  const found = sound.length > 0 ? sound : broken;
  const [first, ...others] = found;
  if (!first) return null;
  const longest = others.reduce(
    (best, log) => (lastStep(log) > lastStep(best) ? log : best),
    first,
  );
  return { ...longest, defects: broken.flatMap(({ defects }) => defects) };
}

/** -1 where there is no point. */
function lastStep({ logs }: ReadState): number {
  const series = logs.flatMap((log) => log.series);
  return series.reduce((last, { all }) => Math.max(last, all.steps.at(-1) ?? -1), -1);
}
