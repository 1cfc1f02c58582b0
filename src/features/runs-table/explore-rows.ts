import { orderMetrics } from '#domain/metric-kind.ts';
import { columnId } from './column-spec.ts';
import type { ExploreRow } from './explore/columns.ts';
import type { RunRow } from './rows.ts';
import { type ColumnContext, type RunColumn, runColumns } from './run-columns.ts';
import type { Layout } from './use-layout.ts';

/** Metrics offered beside those that are shown: a picture of the 2,000th is asked for by its column. */
const METRICS = 40;

/** Columns that say nothing in a picture. */
const WORDS: ReadonlySet<string> = new Set(['name', 'path', 'spark']);

/** Those of the table, then what else differs, then the best and the last of the main metrics. */
export function exploreColumns(
  shown: readonly RunColumn[],
  { keys }: Layout,
  context: ColumnContext,
): readonly RunColumn[] {
  const tags = new Set(context.rows.flatMap(({ metrics }) => [...metrics.keys()]));
  const more = [
    ...keys.differing.map((key) => columnId({ kind: 'configuration', key })),
    ...orderMetrics([...tags])
      .slice(0, METRICS)
      .flatMap((tag) =>
        (context.kindOf(tag).better === null
          ? (['last'] as const)
          : (['best', 'last'] as const)
        ).map((value) => columnId({ kind: 'metric', value, tag, step: null })),
      ),
    'duration',
  ];
  const known = new Set(shown.map(({ id }) => id));
  const added = runColumns(
    [...new Set(more)].filter((id) => !known.has(id)),
    context,
  );
  return [...shown, ...added].filter(({ id }) => !WORDS.has(id));
}

export function exploreRows(
  rows: readonly RunRow[],
  columns: readonly RunColumn[],
): readonly ExploreRow[] {
  return rows.map((row) => ({
    run: row.run,
    name: row.name,
    mark: row.mark,
    values: new Map(columns.map((column) => [column.id, column.read(row).value])),
  }));
}
