import type { Defect } from '#domain/problem.ts';
import type { PointerClaim, Run } from '#domain/run.ts';
import { parseConfiguration } from '#formats/configuration/parse.ts';
import { parseStateFile } from '#formats/tensor-bundle/state-file.ts';
import { baseOf } from '#io/path.ts';
import {
  type Pointer,
  pointersInNames,
  pointersInText,
  pointersInTrainerState,
  resolvePointer,
} from '#runs/pointers.ts';
import { isTrainerState, trainerStates } from '#runs/trainer-states.ts';
import { defectOf, readWhole } from './reader-files.ts';
import type { Session } from './reader-session.ts';

/** Where so many states in turn are broken, no claim is worth the search. */
const MAX_STATES = 10;

interface ReadOptions {
  readonly defects: Defect[];
  readonly signal: AbortSignal | undefined;
}

/** What the framework says of the checkpoints of a run, each claim once. */
export async function readClaims(
  session: Session,
  run: Run,
  options: ReadOptions,
): Promise<readonly PointerClaim[]> {
  const others = run.pointers.filter((path) => !isTrainerState(path));
  const inFiles = await Promise.all([
    ...others.map((path) => readPointers(session, path, options)),
    ...trainerStates(run.pointers).map((states) => readStates(session, states, options)),
  ]);
  const pointers = [...inFiles.flat(), ...pointersInNames(run.checkpoints)];
  const claims = pointers.map((pointer) => resolvePointer(pointer, run.checkpoints));
  return claims.filter((claim, i) => claims.findIndex((other) => isSame(claim, other)) === i);
}

function isSame(a: PointerClaim, b: PointerClaim): boolean {
  return a.says === b.says && a.target === b.target && a.file === b.file;
}

/** Those of the first state that can be read; what is wrong with the others is told with the history. */
async function readStates(
  { directory }: Session,
  states: readonly string[],
  { signal }: ReadOptions,
): Promise<readonly Pointer[]> {
  for (const path of states.slice(0, MAX_STATES)) {
    try {
      const text = new TextDecoder().decode(await readWhole(directory, path, signal));
      return pointersInTrainerState(path, parseConfiguration(text, path));
    } catch {
      signal?.throwIfAborted();
    }
  }
  return [];
}

async function readPointers(
  { directory }: Session,
  path: string,
  { defects, signal }: ReadOptions,
): Promise<readonly Pointer[]> {
  try {
    const bytes = await readWhole(directory, path, signal);
    if (baseOf(path) === 'checkpoint') {
      const { latest, problem } = parseStateFile(bytes);
      if (problem) defects.push({ problem, place: { path } });
      return latest ? [{ file: path, says: 'latest', target: latest.path }] : [];
    }
    return pointersInText(path, new TextDecoder().decode(bytes));
  } catch (error) {
    signal?.throwIfAborted();
    defects.push(defectOf(error, path));
    return [];
  }
}
