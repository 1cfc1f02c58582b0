import type { ExploreColumn } from './columns.ts';
import type { ExploreView } from './view.ts';

export interface ScatterColumns {
  readonly across: ExploreColumn;
  readonly up: ExploreColumn;
  readonly size: ExploreColumn | null;
  readonly colour: ExploreColumn | null;
}

/**
 * The columns that the view names, else a number of the configuration across and a metric up.
 * `null`: there is no column.
 */
export function scatterColumns(
  columns: readonly ExploreColumn[],
  view: Pick<ExploreView, 'across' | 'up' | 'size' | 'colour'>,
): ScatterColumns | null {
  const named = (id: string | null) => columns.find((column) => column.id === id);
  const up =
    named(view.up) ??
    columns.find(({ source, better }) => source === 'metric' && better !== null) ??
    columns.find(({ source }) => source === 'metric') ??
    columns.at(-1);
  const across =
    named(view.across) ??
    columns.find(({ source, kind }) => source === 'configuration' && kind === 'number') ??
    columns.find(({ source }) => source === 'configuration') ??
    columns.find(({ id, kind }) => id !== up?.id && kind === 'number') ??
    columns[0];
  if (!up || !across) return null;
  return { across, up, size: named(view.size) ?? null, colour: named(view.colour) ?? null };
}
