import { CheckpointError } from '#domain/problem.ts';
import type { CheckpointRef, Run, Scan } from '#domain/run.ts';
import type { TensorStatistics } from '#domain/statistics.ts';
import type { Directory } from '#io/directory.ts';
import { createGrouping } from '#runs/group.ts';
import { type Checkpoints, createCheckpoints } from './reader-checkpoints.ts';
import { createDatasets, type Datasets } from './reader-datasets.ts';
import { bytesOf, createHistories, type Histories, KEPT_POINTS } from './reader-histories.ts';
import { createLimit, type Limit } from './reader-limit.ts';
import { createLru, type Lru } from './reader-lru.ts';
import type { RunModel } from './reader-model.ts';

/** Files open at a time: more does not make a disk faster. */
const OPEN_FILES = 8;

/** One opened directory and all that was read from it. */
export interface Session {
  readonly directory: Directory;
  readonly grouping: ReturnType<typeof createGrouping>;
  readonly checkpoints: Checkpoints;
  readonly histories: Histories;
  readonly datasets: Datasets;
  /** Paths of text logs that the person asked to read. */
  readonly askedTexts: Set<string>;
  readonly limit: Limit;
  /** What was last read of each run, by its path. */
  readonly models: Lru<RunModel>;
  /** By the version of a checkpoint and the name of a tensor. */
  readonly statistics: Lru<TensorStatistics>;
  scan: Scan;
}

/** Tensors: a histogram is half a kilobyte. */
const KEPT_STATISTICS = 50_000;

/** Questions to the system at a time: more only wait in the browser. */
const STATS = 32;

export function createSession(given: Directory): Session {
  const limit = createLimit(OPEN_FILES);
  const statLimit = createLimit(STATS);
  const directory = { ...given, stat: (path: string) => statLimit(() => given.stat(path)) };
  const grouping = createGrouping();
  return {
    directory,
    grouping,
    checkpoints: createCheckpoints(directory, limit),
    histories: createHistories(directory, limit, grouping.partsOf),
    askedTexts: new Set(),
    datasets: createDatasets(),
    limit,
    // Their points are for the most part those of the logs that are kept.
    models: createLru(KEPT_POINTS, ({ series }) => bytesOf(series)),
    statistics: createLru(KEPT_STATISTICS, () => 1),
    scan: {
      name: directory.name,
      seen: 0,
      done: false,
      runs: [],
      datasets: [],
      graphs: [],
      unread: [],
      hidden: null,
      defects: [],
    },
  };
}

const byPath = new WeakMap<Scan, ReadonlyMap<string, Run>>();

/** The runs of a scan by their paths, put together once. */
function runsOf(scan: Scan): ReadonlyMap<string, Run> {
  const known = byPath.get(scan) ?? new Map(scan.runs.map((run) => [run.path, run]));
  byPath.set(scan, known);
  return known;
}

export function hasRun({ scan }: Session, path: string): boolean {
  return runsOf(scan).has(path);
}

/** Throws `gone` when there is no such run. */
export function findRun({ scan }: Session, path: string): Run {
  const run = runsOf(scan).get(path);
  if (!run) throw new CheckpointError({ kind: 'gone' }, { path });
  return run;
}

/** A checkpoint by its path, and its run; a file that is none of those found stands for itself. */
export function findCheckpoint(
  { scan }: Session,
  path: string,
): { readonly ref: CheckpointRef; readonly run: Run | null } {
  for (const run of scan.runs) {
    const ref = run.checkpoints.find((one) => one.path === path);
    if (ref) return { ref, run };
  }
  return { ref: { path, main: path, files: [path] }, run: null };
}
