import { useDeferredValue, useMemo } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import type { PageProps } from '#ui/page-props.ts';
import { shortNames } from '#ui/run-names.ts';
import { useStrings } from '#ui/strings.ts';
import { parseColumn } from './column-spec.ts';
import { type Filtered, filterRows } from './filter-rows.ts';
import { type Names, namesOf, spellings } from './name-resolution.ts';
import { type RunRow, runRows } from './rows.ts';
import { type ColumnContext, type ColumnWords, type RunColumn, runColumns } from './run-columns.ts';
import { texts } from './strings.ts';
import { type Layout, useLayout } from './use-layout.ts';
import { detailOf } from './use-table-columns.tsx';
import { useValuesAt } from './use-values-at.ts';
import type { RunsView } from './view.ts';

/** Everything that the page shows of the runs, worked out of what was read. */
export interface RunsModel {
  /** All that are read. */
  readonly rows: readonly RunRow[];
  readonly filtered: Filtered;
  readonly names: Names;
  readonly spellings: readonly string[];
  readonly layout: Layout;
  /** As they are shown. */
  readonly columns: readonly RunColumn[];
  /** What makes other columns. */
  readonly context: ColumnContext;
  readonly base: RunRow | null;
  /** Why values at a step could not be read. */
  readonly error: Error | null;
}

export function useRunsModel(props: PageProps<RunsView>): RunsModel {
  const { view, onView, marks, kindOf, directory } = props;
  // While many runs come in at once, what is typed must not wait for all of them to be drawn.
  const details = useDeferredValue(props.read.details);
  const rows = useMemo(() => {
    const names = shortNames(details.map(({ run }) => run));
    return runRows(details, { marks, names });
  }, [details, marks]);
  const names = useMemo(() => namesOf(rows), [rows]);
  const layout = useLayout({
    directory: directory.key,
    rows,
    kindOf,
    columns: view.columns,
    onColumns: useMemo(() => (columns) => onView({ columns }, { replace: true }), [onView]),
  });
  const specs = useMemo(() => layout.ids.flatMap((id) => parseColumn(id) ?? []), [layout.ids]);
  const cursor = useMemo(
    () => (view.at === null ? null : { axis: view.x, at: view.at }),
    [view.at, view.x],
  );
  const { valueAt, error } = useValuesAt({ directory: directory.key, rows, specs, cursor });
  const words = useColumnWords();
  const context = useMemo(() => ({ rows, kindOf, valueAt, words }), [rows, kindOf, valueAt, words]);
  const columns = useMemo(() => runColumns(layout.ids, context), [layout.ids, context]);
  const filter = useDeferredValue(view.filter);
  const filtered = useMemo(
    () => filterRows(rows, filter, { names, sources: { kindOf, valueAt } }),
    [rows, filter, names, kindOf, valueAt],
  );
  return {
    rows,
    filtered,
    names,
    spellings: useMemo(() => spellings(names), [names]),
    layout,
    columns,
    context,
    base: useMemo(() => rows.find(({ run }) => run === view.base) ?? null, [rows, view.base]),
    error,
  };
}

function useColumnWords(): ColumnWords {
  const t = useStrings(texts);
  const { step } = useNumberFormats();
  return useMemo(
    () => ({
      fact: (fact) => t[fact],
      metric: (spec) => t.metricColumn(spec.tag, detailOf(spec, t, step)),
    }),
    [t, step],
  );
}
