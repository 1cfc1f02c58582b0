import type { Run } from '#domain/run.ts';

/** Which runs are selected, as the URL says it: all but some, or some alone. */
export interface RunListView {
  /** Paths of the selected runs; `null`: all that are not in `hide`. */
  readonly runs: readonly string[] | null;
  readonly hide: readonly string[];
}

export function parseRunListView({ runs, hide }: Readonly<Record<string, unknown>>): RunListView {
  return { runs: parsePaths(runs), hide: parsePaths(hide) ?? [] };
}

function parsePaths(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return null;
  return value.filter((path) => typeof path === 'string');
}

export function selectedRuns(runs: readonly Run[], view: RunListView): readonly Run[] {
  const hidden = new Set(view.hide);
  const only = view.runs && new Set(view.runs);
  return runs.filter(({ path }) => (only ? only.has(path) : !hidden.has(path)));
}

/** The shorter way to say it; with a few hidden, runs that appear later are shown. */
export function selectionView(runs: readonly Run[], selected: ReadonlySet<string>): RunListView {
  const paths = runs.map(({ path }) => path);
  const only = paths.filter((path) => selected.has(path));
  const hide = paths.filter((path) => !selected.has(path));
  return hide.length <= only.length ? { runs: null, hide } : { runs: only, hide: [] };
}
