import type { XAxis } from '#domain/history.ts';
import { type ExploreView, parseExploreView } from './explore/view.ts';

const TABS = ['table', 'scatter', 'parallel', 'correlation'] as const;
const AXES = ['step', 'epoch', 'relative', 'wall', 'process'] as const satisfies readonly XAxis[];

/** How the runs are looked at. */
export type RunsTab = (typeof TABS)[number];

/** What the runs page shows, as the URL says it. */
export interface RunsView extends ExploreView {
  readonly tab: RunsTab;
  /** As `column-list.ts` reads them; `null`: as remembered in the directory, else the usual ones. */
  readonly columns: readonly string[] | null;
  /** As `formatSort` writes them, the first one first; empty: in the order of the run list. */
  readonly sort: readonly string[];
  /** An expression; `''`: all rows. */
  readonly filter: string;
  /** `Run.path` of the run that the others are compared with. */
  readonly base: string | null;
  /**
   * By what runs are put together, as on the charts: `no-seed`, or `key:` and a key of the configuration;
   * `null`: not at all.
   */
  readonly group: string | null;
  /** Groups whose runs are put away, by `RunGroup.id`. */
  readonly folded: readonly string[];
  /** Where the cursor of the charts stands on their x axis; `null`: nowhere. */
  readonly at: number | null;
  readonly x: XAxis;
}

export function parseRunsView(search: Readonly<Record<string, unknown>>): RunsView {
  const { columns, sort, filter, base, group, folded, at } = search;
  return {
    ...parseExploreView(search),
    tab: TABS.find((tab) => tab === search['tab']) ?? 'table',
    columns: columns === undefined || columns === null ? null : texts(columns),
    sort: texts(sort),
    // The router reads a number where digits were written.
    filter: typeof filter === 'string' || typeof filter === 'number' ? String(filter) : '',
    base: typeof base === 'string' ? base : null,
    group: typeof group === 'string' && group !== '' ? group : null,
    folded: texts(folded),
    at: typeof at === 'number' && Number.isFinite(at) ? at : null,
    x: AXES.find((axis) => axis === search['x']) ?? 'step',
  };
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string' && value !== '') return [value];
  if (!Array.isArray(value)) return [];
  return value.filter((item) => typeof item === 'string');
}
