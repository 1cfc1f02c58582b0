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
import { defectOf, readWhole } from './reader-files.ts';
import type { Session } from './reader-session.ts';

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
  const inFiles = await Promise.all(
    relevant(run.pointers).map((path) => readPointers(session, path, options)),
  );
  const pointers = [...inFiles.flat(), ...pointersInNames(run.checkpoints)];
  const claims = pointers.map((pointer) => resolvePointer(pointer, run.checkpoints));
  return claims.filter((claim, i) => claims.findIndex((other) => isSame(claim, other)) === i);
}

function isSame(a: PointerClaim, b: PointerClaim): boolean {
  return a.says === b.says && a.target === b.target && a.file === b.file;
}

/** Each `trainer_state.json` repeats those before it. */
function relevant(pointers: readonly string[]): readonly string[] {
  const states = pointers.filter((path) => path.endsWith('.json'));
  return [...pointers.filter((path) => !path.endsWith('.json')), ...states.slice(-1)];
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
    const text = new TextDecoder().decode(bytes);
    return path.endsWith('.json')
      ? pointersInTrainerState(path, parseConfiguration(text, path))
      : pointersInText(path, text);
  } catch (error) {
    signal?.throwIfAborted();
    defects.push(defectOf(error, path));
    return [];
  }
}
