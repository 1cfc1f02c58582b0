import { keepPreviousData, queryOptions, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { XAxis } from '#domain/history.ts';
import { reader } from '#workers/reader.ts';
import { type ColumnSpec, columnId } from './column-spec.ts';
import type { Reading, Sources } from './read-column.ts';
import type { RunRow } from './rows.ts';

interface Wanted {
  readonly id: string;
  readonly tag: string;
  readonly axis: XAxis;
  readonly at: number;
}

interface Asked {
  readonly directory: string;
  readonly rows: readonly RunRow[];
  /** Columns that are shown; of these, those at a step or at the cursor. */
  readonly specs: readonly ColumnSpec[];
  readonly cursor: { readonly axis: XAxis; readonly at: number } | null;
}

export interface ValuesAt {
  readonly valueAt: Sources['valueAt'];
  /** Why values could not be read. */
  readonly error: Error | null;
}

/** Values that only the points of the runs tell: of a step, and where the cursor of the charts stands. */
export function useValuesAt({ directory, rows, specs, cursor }: Asked): ValuesAt {
  const wanted = specs.flatMap((spec) => wantedOf(spec, cursor));
  const queries = useQueries({
    queries: wanted.map((one) => valuesQuery(directory, rows, one)),
    combine: combined,
  });
  const error = queries.error;
  const { data } = queries;
  // The specs are made anew with every change of the view; what they ask for is not.
  const ids = wanted.map(({ id }) => id).join('\n');
  return useMemo(() => {
    const byColumn = new Map(ids.split('\n').map((id, i) => [id, data[i]]));
    return {
      error,
      valueAt: (spec, run) => {
        const values = byColumn.get(columnId(spec));
        return values ? (values.get(run) ?? null) : undefined;
      },
    };
  }, [ids, data, error]);
}

function wantedOf(spec: ColumnSpec, cursor: Asked['cursor']): Wanted[] {
  if (spec.kind !== 'metric') return [];
  const id = columnId(spec);
  if (spec.value === 'at') return [{ id, tag: spec.tag, axis: 'step', at: spec.step ?? 0 }];
  return spec.value === 'cursor' && cursor ? [{ id, tag: spec.tag, ...cursor }] : [];
}

function valuesQuery(directory: string, rows: readonly RunRow[], { tag, axis, at }: Wanted) {
  const having = rows.filter(({ metrics }) => metrics.has(tag));
  const runs = having.map(({ run }) => run);
  const points = having.reduce((sum, { metrics }) => sum + (metrics.get(tag)?.count ?? 0), 0);
  return queryOptions({
    queryKey: ['values-at', directory, tag, axis, at, points, runs.join('\n')],
    queryFn: async ({ signal }) => {
      const values = await reader.valuesAt({ runs, tag, axis, at }, { signal });
      return new Map(
        values.map(({ run, value, step }): [string, Reading] => [run, { value, step }]),
      );
    },
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
}

function combined(
  results: readonly {
    readonly data: ReadonlyMap<string, Reading> | undefined;
    readonly error: Error | null;
  }[],
) {
  return {
    data: results.map(({ data }) => data),
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}
