import { baseOf, parentOf } from '#io/path.ts';
import { isTrainerFolder } from './folder-role.ts';

/** Whether a file is what the Trainer of Hugging Face writes down of its training with every checkpoint. */
export function isTrainerState(path: string): boolean {
  return baseOf(path) === 'trainer_state.json';
}

/**
 * The states of each training among some paths, as each repeats those before it: the one beside the
 * checkpoints, which is written at the end, then from the last checkpoint to the first.
 */
export function trainerStates(paths: readonly string[]): readonly (readonly string[])[] {
  const byTraining = new Map<string, string[]>();
  for (const path of paths.filter(isTrainerState)) {
    const folder = parentOf(path);
    const training = isTrainerFolder(folder) ? parentOf(folder) : folder;
    const known = byTraining.get(training);
    if (known) known.push(path);
    else byTraining.set(training, [path]);
  }
  return [...byTraining.values()].map((states) => states.sort((a, b) => stepOf(b) - stepOf(a)));
}

/** Infinite for the state beside the checkpoints; a save that was not finished comes after a finished one. */
function stepOf(path: string): number {
  const folder = baseOf(parentOf(path));
  const step = /^checkpoint-(\d+)$/.exec(folder)?.[1];
  if (step !== undefined) return Number(step);
  return isTrainerFolder(folder) ? -1 : Number.POSITIVE_INFINITY;
}
