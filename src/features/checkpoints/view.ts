/** What the checkpoints page shows, as the URL says it. */
export interface CheckpointsView {
  /** The metric that "best" is by; `null`: the main one of each run. */
  readonly metric: string | null;
  /** `null`: as its name suggests. */
  readonly lower: boolean | null;
  /** Metrics with a column of their own; `null`: the main ones. */
  readonly columns: readonly string[] | null;
  /** As `formatSort` writes it; `null`: in the order of the runs. */
  readonly sort: string | null;
  /** Part of the path of what is shown; `''`: everything. */
  readonly find: string;
  /** The checkpoint whose Resume dialog is open. */
  readonly resume: string | null;
}

export function parseCheckpointsView(search: Readonly<Record<string, unknown>>): CheckpointsView {
  const { metric, lower, columns, sort, find, resume } = search;
  return {
    metric: text(metric),
    lower: typeof lower === 'boolean' ? lower : null,
    columns: texts(columns),
    sort: text(sort),
    // The router reads a number where digits were written.
    find: typeof find === 'string' || typeof find === 'number' ? String(find) : '',
    resume: text(resume),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function texts(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value.filter((item) => typeof item === 'string');
}
