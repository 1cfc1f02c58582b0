import type { Defect } from '#domain/problem.ts';
import type { FileRef } from '#domain/run.ts';
import type { Directory } from '#io/directory.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { type LoggedSeries, logsOf, type RunLog } from '#runs/run-log.ts';
import { isTrainerState, trainerStates } from '#runs/trainer-states.ts';
import { createCache } from './reader-cache.ts';
import { statOrNull, versionOf } from './reader-files.ts';
import type { Limit } from './reader-limit.ts';
import { createLogFiles, type PartsOf, type ReadFile } from './reader-log-file.ts';
import { readTrainerStates } from './reader-trainer-states.ts';

/** Bytes of points kept: a million of one tag are 24 MB. */
export const KEPT_POINTS = 256_000_000;

/** A log that grows while it is read is read again so many times. */
const TRIES = 3;

/** What was read of files that belong together: one log, or several that were written at once. */
export interface ReadFiles {
  readonly logs: readonly RunLog[];
  readonly defects: readonly Defect[];
  /** As they were when they were read. */
  readonly files: readonly FileRef[];
  /** When one of them last changed, in seconds since 1970; `null`: not known. */
  readonly modified: number | null;
  /** One of them has become longer since the directory was opened. */
  readonly hasGrown: boolean;
}

/** The logs of one opened directory. They are read once per version of their files. */
export function createHistories(directory: Directory, limit: Limit, partsOf: PartsOf = () => []) {
  const cache = createCache<ReadLogs>(KEPT_POINTS, ({ logs }) =>
    bytesOf(logs.flatMap(({ series }) => series)),
  );

  const readFile = createLogFiles(directory, partsOf);
  const sizes = new Map<string, number>();
  const grown = new Set<string>();

  function note({ path, size }: FileRef): void {
    if (size > (sizes.get(path) ?? Number.POSITIVE_INFINITY)) grown.add(path);
    sizes.set(path, size);
  }

  /** A training may go on while its log is read. */
  async function readPatiently(
    files: readonly string[],
    refs: readonly FileRef[],
    signal: AbortSignal,
  ): Promise<ReadLogs> {
    const seen = new Map(refs.map((ref) => [ref.path, ref]));
    for (let tries = 1; ; tries++) {
      const read: ReadFile[] = [];
      for (const path of files) {
        read.push(await readFile(path, tries === 1 ? (seen.get(path) ?? null) : null, signal));
      }
      const defects = read.flatMap((file) => file.defects);
      const changed = defects.some(({ problem }) => problem.kind === 'changed');
      if (!changed || tries === TRIES) return { logs: logsOf(read), defects };
    }
  }

  async function readFiles(files: readonly string[], signal?: AbortSignal): Promise<ReadFiles> {
    const all = files.flatMap((file) => [file, ...partsOf(file)]);
    const refs = await Promise.all(all.map((file) => statOrNull(directory, file)));
    const there = refs.filter((ref) => ref !== null);
    for (const ref of there) note(ref);
    const read = await cache.get(
      versionOf(refs),
      (inner) => limit(() => readPatiently(files, there, inner), inner),
      signal,
    );
    const modified = there.reduce<number | null>(
      (last, ref) => Math.max(last ?? 0, ref.modified / 1000),
      null,
    );
    return { ...read, files: there, modified, hasGrown: there.some(({ path }) => grown.has(path)) };
  }

  return {
    /** Every log among some files; what could not be read is in its `defects`. */
    async readAll(paths: readonly string[], signal?: AbortSignal): Promise<readonly ReadFiles[]> {
      const others = paths.filter((path) => !isTrainerState(path));
      const read = await Promise.all([
        ...logFiles(others).map((files) => readFiles(files, signal)),
        ...trainerStates(paths).map((states) =>
          readTrainerStates(states, (path) => readFiles([path], signal)),
        ),
      ]);
      return read.filter((one) => one !== null);
    },
  };
}

export type Histories = ReturnType<typeof createHistories>;

/** What the columns of some series take in memory; never nothing. */
export function bytesOf(series: readonly Omit<LoggedSeries, 'restarts'>[]): number {
  const columns = series.flatMap(({ all, drawn, ghosts, current }) => {
    const kept = [...new Set([all, drawn, current, ...ghosts])];
    return kept.flatMap(({ steps, values, epochs, times }) => [steps, values, epochs, times]);
  });
  return columns.reduce((sum, { byteLength }) => sum + byteLength, 1000);
}

type ReadLogs = Pick<ReadFiles, 'logs' | 'defects'>;

/** Event files of one folder follow on from each other, in order of their names; others stand alone. */
function logFiles(paths: readonly string[]): readonly (readonly string[])[] {
  const events = new Map<string, string[]>();
  const logs: string[][] = [];
  for (const path of [...paths].sort()) {
    const isEvents = baseOf(path).includes('.tfevents');
    const known = isEvents ? events.get(parentOf(path)) : undefined;
    if (known) known.push(path);
    else {
      const log = [path];
      logs.push(log);
      if (isEvents) events.set(parentOf(path), log);
    }
  }
  return logs;
}
