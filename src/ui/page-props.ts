import type { MetricKind } from '#domain/metric-kind.ts';
import type { Defect } from '#domain/problem.ts';
import type { Run, Scan } from '#domain/run.ts';
import type { RunDetails } from '#domain/run-details.ts';
import type { RunMark } from './run-marks.ts';

/** What `app` gives to every page. A page knows nothing of the router. */
export interface PageProps<View> {
  /** What the URL says to show; from the feature's own `parseXView`. */
  readonly view: View;
  /** Changes part of the view, and with it the URL. */
  readonly onView: (change: Partial<View>, options?: ViewChangeOptions) => void;
  /** The runs that are selected in the run list, in its order. */
  readonly runs: readonly Run[];
  /** What was read of the selected runs so far. */
  readonly read: RunsRead;
  /** Selects exactly these runs, by `Run.path`. */
  readonly onRuns: (paths: readonly string[]) => void;
  /** How each run of the directory is drawn, by `Run.path`: the same on every page. */
  readonly marks: ReadonlyMap<string, RunMark>;
  /** What a metric means: by its name, or as the person said. */
  readonly kindOf: (tag: string) => MetricKind;
  /** The directory, complete or so far. */
  readonly scan: Scan;
  readonly directory: OpenedDirectory;
  readonly hrefs: Hrefs;
}

export interface RunsRead {
  /** In the order of the runs; those not begun are left out. */
  readonly details: readonly RunDetails[];
  /** Runs that are not read to their end. */
  readonly waiting: number;
  /** Why runs could not be read at all. */
  readonly problems: readonly Defect[];
}

export interface ViewChangeOptions {
  /** `true`: no new entry in the history, as for dragging and typing. */
  readonly replace?: boolean;
}

export interface OpenedDirectory {
  /** Stays the same when it is opened again: a key for what is remembered about it. */
  readonly key: string;
  readonly name: string;
}

/** Where other pages are, for `<a href>`; the selected runs go with them. */
export interface Hrefs {
  readonly charts: () => string;
  readonly runs: () => string;
  readonly checkpoints: () => string;
  /** @param path `CheckpointRef.path` */
  readonly checkpoint: (path: string) => string;
  /** @param checkpoints to choose from the start, by `CheckpointRef.path` */
  readonly evaluate: (checkpoints?: readonly string[]) => string;
}
