import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { bestKept, keptScores } from '#domain/kept-scores.ts';
import type { Column, TableLayout } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { keptResults } from '#workers/kept-results.ts';
import { texts } from './strings.ts';
import type { TableRow } from './table-rows.ts';

const keptScoresQuery = (directory: string) =>
  queryOptions({
    queryKey: ['kept-results', directory, 'scores'],
    queryFn: async ({ signal }) => keptScores(await keptResults(directory, signal)),
    structuralSharing: false,
    retry: false,
  });

const PREFIX = 'evaluated:';

export interface KeptColumns {
  readonly columns: readonly Column<TableRow>[];
  /** They stand at the end, and are hidden until the page is opened again. */
  readonly layout: TableLayout;
}

/** What was evaluated here: the best of each run's checkpoints, a column for each data set. */
export function useKeptColumns(directory: string, layout: TableLayout): KeptColumns {
  const t = useStrings(texts);
  const { metric } = useNumberFormats();
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const kept = useQuery(keptScoresQuery(directory)).data;
  const columns = useMemo(
    () =>
      (kept ?? [])
        .map((one): Column<TableRow> => {
          const { score, dataset, better } = one;
          const valueIn = (line: TableRow) =>
            line.kind === 'run'
              ? bestKept(
                  one,
                  line.row.details.checkpoints.map(({ ref }) => ref.path),
                )
              : null;
          return {
            id: `${PREFIX}${score}:${dataset}`,
            title: score,
            detail: t.evaluatedOn(dataset.slice(dataset.lastIndexOf('/') + 1)),
            width: 120,
            numeric: true,
            descendingFirst: better === 'higher',
            value: valueIn,
            cell: (line) => {
              const value = valueIn(line);
              return value === null ? null : <span title={dataset}>{metric(value)}</span>;
            },
          };
        })
        .filter(({ id }) => !hidden.includes(id)),
    [kept, hidden, t, metric],
  );
  const own = useMemo(
    (): TableLayout => ({
      onMove(column, before) {
        if (column.startsWith(PREFIX)) return;
        layout.onMove(column, before?.startsWith(PREFIX) ? null : before);
      },
      onHide(column) {
        if (column.startsWith(PREFIX)) setHidden((before) => [...before, column]);
        else layout.onHide(column);
      },
      onResize: layout.onResize,
    }),
    [layout],
  );
  return { columns, layout: own };
}
