import { baseOf, parentOf } from '#io/path.ts';

/** A run of MLflow's file store is a folder that is called by its id; these are the files that matter in it. */
const OF_RUN = /^((?:.*\/)?[0-9a-f]{32})\/(?:meta\.yaml|(?:metrics|params|tags)\/.+)$/;

/** The same where the folder of a run was opened itself. */
const OF_OPENED = /^(?:metrics|params|tags)\/(?:[^.]+\/)*[^/.]+$/;

/** Experiments that were deleted, with all their runs. */
const TRASH = /(?:^|\/)\.trash\//;

/** Paths that are kept: ten thousand runs of fifty files. */
const MAX_FILES = 500_000;

export function isMlflowFile(path: string): boolean {
  return baseOf(path) === 'meta.yaml' || OF_RUN.test(path);
}

/** Whether a file that is nothing else may be one, where the folder of a run was opened itself. */
export function isOfOpenedRun(path: string): boolean {
  return OF_OPENED.test(path);
}

/** The files of MLflow in a directory, by their runs. */
export function createMlflowRuns() {
  const files = new Map<string, string[]>();
  const experiments = new Set<string>();
  let count = 0;

  const isRun = (folder: string) =>
    files.get(folder)?.some((path) => path === metaOf(folder)) === true &&
    // At the top, any file may be called so.
    (folder !== '' || files.get(folder)?.some((path) => path.startsWith('metrics/')) === true);

  return {
    add(path: string): void {
      if (TRASH.test(path) || count >= MAX_FILES) return;
      const folder = OF_RUN.exec(path)?.[1];
      if (folder === undefined && parentOf(path) !== '' && baseOf(path) === 'meta.yaml') {
        experiments.add(path);
        return;
      }
      count++;
      const run = folder ?? '';
      const known = files.get(run);
      if (known) known.push(path);
      else files.set(run, [path]);
    },
    /** By the `meta.yaml` that each of them has. */
    runs: (): string[] => [...files.keys()].filter(isRun),
    /** The run that a folder is, or lies in: artifacts belong to it. */
    runAbove(folder: string): string | null {
      const above = /^(?:.*?\/)?[0-9a-f]{32}(?=\/|$)/.exec(folder)?.[0];
      if (above !== undefined && isRun(above)) return above;
      return files.has('') && isRun('') ? '' : null;
    },
    /** All other files of the run that has this `meta.yaml`. */
    partsOf(meta: string): readonly string[] {
      const run = parentOf(meta);
      if (baseOf(meta) !== 'meta.yaml' || !isRun(run)) return [];
      const parts = (files.get(run) ?? []).filter((path) => path !== meta);
      const experiment = run === '' ? '' : metaOf(parentOf(run));
      return experiments.has(experiment) ? [...parts, experiment] : parts;
    },
  };
}

function metaOf(folder: string): string {
  return folder === '' ? 'meta.yaml' : `${folder}/meta.yaml`;
}
