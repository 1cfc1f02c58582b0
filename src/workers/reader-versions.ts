import { CheckpointError } from '#domain/problem.ts';
import type { FileRef } from '#domain/run.ts';
import { digestOf, statOrNull, versionOf } from './reader-files.ts';
import { findCheckpoint, type Session } from './reader-session.ts';

/** Files of a folder that are looked at one by one; past it, every so many. */
const STATS_OF_FOLDER = 20_000;

/** A short name for the present version of all files of a checkpoint, or of a file or folder; `''`: gone. */
export async function versionOfPath(
  session: Session,
  path: string,
  signal?: AbortSignal,
): Promise<string> {
  const { ref } = findCheckpoint(session, path);
  const refs = await Promise.all(ref.files.map((file) => statOrNull(session.directory, file)));
  if (refs.some((ref) => ref !== null)) return digestOf(versionOf(refs));
  return versionOfFolder(session, path, signal);
}

async function versionOfFolder(
  { directory }: Session,
  path: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const below: string[] = [];
  for await (const { paths } of directory.list(signal)) {
    for (const one of paths) if (path === '' || one.startsWith(`${path}/`)) below.push(one);
  }
  if (below.length === 0) return '';
  below.sort();
  const every = Math.ceil(below.length / STATS_OF_FOLDER);
  const looked = below.filter((_, i) => i % every === 0);
  const refs: (FileRef | null)[] = await Promise.all(
    looked.map((one) => statOrNull(directory, one)),
  );
  return digestOf(`${below.join('\n')}\n${versionOf(refs)}`);
}

/** @throws whatever is not about a single file */
export async function versionsOf(
  session: Session,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  return Promise.all(
    paths.map(async (path) => {
      try {
        return await versionOfPath(session, path, signal);
      } catch (error) {
        if (error instanceof CheckpointError) return '';
        throw error;
      }
    }),
  );
}
