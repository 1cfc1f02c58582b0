import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { HistoryFormat } from '#formats/history-format.ts';
import { historyFormats, probe, textFormats } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Directory } from '#io/directory.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { type LogFile, type LoggedSeries, logsOf, type RunLog } from '#runs/run-log.ts';
import { isTrainerState, trainerStates } from '#runs/trainer-states.ts';
import { createCache } from './reader-cache.ts';
import { defectOf, openPath, statOrNull, versionOf } from './reader-files.ts';
import type { Limit } from './reader-limit.ts';
import { readTrainerStates } from './reader-trainer-states.ts';

/** Bytes of points kept: a million of one tag are 24 MB. */
export const KEPT_POINTS = 256_000_000;

/** A log that grows while it is read is read again so many times. */
const TRIES = 3;

/** What was read of files that belong together: one log, or several that were written at once. */
export interface ReadFiles {
  readonly logs: readonly RunLog[];
  readonly defects: readonly Defect[];
}

/** Files of a log beside the one that it is known by. */
type PartsOf = (path: string) => readonly string[];

/** The logs of one opened directory. They are read once per version of their files. */
export function createHistories(directory: Directory, limit: Limit, partsOf: PartsOf = () => []) {
  const cache = createCache<ReadFiles>(KEPT_POINTS, ({ logs }) =>
    bytesOf(logs.flatMap(({ series }) => series)),
  );

  async function readFiles(files: readonly string[], signal?: AbortSignal): Promise<ReadFiles> {
    const all = files.flatMap((file) => [file, ...partsOf(file)]);
    const version = versionOf(await Promise.all(all.map((file) => statOrNull(directory, file))));
    return cache.get(
      version,
      (inner) => limit(() => readPatiently({ directory, files, partsOf }, inner), inner),
      signal,
    );
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
export function bytesOf(series: readonly Pick<LoggedSeries, 'all' | 'current'>[]): number {
  const columns = series.flatMap(({ all, current }) => {
    const both = all === current ? [all] : [all, current];
    return both.flatMap(({ steps, values, epochs, times }) => [steps, values, epochs, times]);
  });
  return columns.reduce((sum, { byteLength }) => sum + byteLength, 1000);
}

interface Reading {
  readonly directory: Directory;
  readonly files: readonly string[];
  readonly partsOf: PartsOf;
}

/** A training may go on while its log is read. */
async function readPatiently(reading: Reading, signal: AbortSignal): Promise<ReadFiles> {
  for (let tries = 1; ; tries++) {
    const found = await read(reading, signal);
    const changed = found.defects.some(({ problem }) => problem.kind === 'changed');
    if (!changed || tries === TRIES) return found;
  }
}

async function read(
  { directory, files, partsOf }: Reading,
  signal: AbortSignal,
): Promise<ReadFiles> {
  const read: LogFile[] = [];
  const defects: Defect[] = [];
  for (const path of files) {
    const chunks: HistoryChunk[] = [];
    read.push({ path, chunks });
    try {
      const source = await openPath(directory, path);
      const format = await formatOf(source, signal);
      const parts = partsOf(path).map((part) => ({
        path: part,
        open: () => openPath(directory, part),
      }));
      for await (const chunk of format.read(source, { signal, parts })) {
        chunks.push(chunk);
        defects.push(...chunk.defects);
      }
    } catch (error) {
      signal.throwIfAborted();
      defects.push(defectOf(error, path));
    }
  }
  return { logs: logsOf(read), defects };
}

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

async function formatOf(source: ByteSource, signal: AbortSignal): Promise<HistoryFormat> {
  const seen = await probe(source, signal);
  const formats = [...historyFormats, ...textFormats];
  const format = formats.find((candidate) => candidate.detect(seen));
  if (format) return format;
  throw new CheckpointError(
    { kind: 'unsupported', feature: 'this kind of log' },
    { path: source.path },
  );
}
