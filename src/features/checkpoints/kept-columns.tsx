import { queryOptions, useQuery } from '@tanstack/react-query';
import { keptScores } from '#domain/kept-scores.ts';
import type { Column } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { keptResults } from '#workers/kept-results.ts';
import type { CheckpointRow } from './rows.ts';
import { texts } from './strings.ts';

const keptScoresQuery = (directory: string) =>
  queryOptions({
    queryKey: ['kept-results', directory, 'scores'],
    queryFn: async ({ signal }) => keptScores(await keptResults(directory, signal)),
    structuralSharing: false,
    retry: false,
  });

/** What was evaluated here of each checkpoint: a column for each data set. */
export function useKeptColumns(directory: string): readonly Column<CheckpointRow>[] {
  const t = useStrings(texts);
  const { metric } = useNumberFormats();
  const kept = useQuery(keptScoresQuery(directory)).data ?? [];
  return kept.map(({ score, dataset, better, values }) => ({
    id: `evaluated:${score}:${dataset}`,
    title: score,
    detail: t.evaluatedOn(dataset.slice(dataset.lastIndexOf('/') + 1)),
    width: 116,
    numeric: true,
    descendingFirst: better === 'higher',
    value: ({ ref }) => values.get(ref.path) ?? null,
    cell: ({ ref }) => {
      const value = values.get(ref.path);
      return value === undefined ? null : <span title={dataset}>{metric(value)}</span>;
    },
  }));
}
