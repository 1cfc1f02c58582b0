import type { Defect } from '#domain/problem.ts';
import type { Run } from '#domain/run.ts';
import { parseConfiguration } from '#formats/configuration/parse.ts';
import { parentOf } from '#io/path.ts';
import { type Configuration, flatten } from '#runs/configuration.ts';
import { isStepFolder } from '#runs/folder-role.ts';
import { plainConfiguration } from '#runs/plain-configuration.ts';
import { defectOf, readWhole } from './reader-files.ts';
import type { Session } from './reader-session.ts';

interface ReadOptions {
  readonly defects: Defect[];
  readonly signal: AbortSignal | undefined;
}

/** What the files of a run say it was started with, as flat keys. Where several say it, the first. */
export async function readConfiguration(
  { directory }: Session,
  run: Run,
  { defects, signal }: ReadOptions,
): Promise<Configuration> {
  // Those in a checkpoint's folder describe the model, and repeat from one to the next.
  const files = run.configurations.filter((path) => !isStepFolder(parentOf(path)));
  const values = await Promise.all(
    files.map(async (path) => {
      try {
        const text = new TextDecoder().decode(await readWhole(directory, path, signal));
        return plainConfiguration(parseConfiguration(text, path));
      } catch (error) {
        signal?.throwIfAborted();
        defects.push(defectOf(error, path));
        return null;
      }
    }),
  );
  return flatten(...values);
}
