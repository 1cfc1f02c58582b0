import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Run } from '#domain/run.ts';
import type { MetricAtCheckpoint, RunDetails } from '#workers/api.ts';
import { metricQuery, runQuery } from './queries.ts';
import type { RunRead } from './rows.ts';

/** A run that could not be read at all. */
export interface RunFailure {
  readonly run: Run;
  readonly error: unknown;
  readonly retry: () => void;
}

export interface RunsRead {
  readonly details: readonly (RunDetails | undefined)[];
  readonly failures: readonly RunFailure[];
  /** How many are read to the end. */
  readonly done: number;
}

/** Rows as they come, of every run at once: the reader takes turns. */
export function useRunDetails(directory: string, runs: readonly Run[]): RunsRead {
  return useQueries({
    queries: runs.map((run) => runQuery(directory, run)),
    combine: (results) => ({
      details: results.map(({ data }) => data),
      failures: results.flatMap(({ error, refetch }, index) => {
        const run = runs[index];
        return error && run ? [{ run, error, retry: () => void refetch() }] : [];
      }),
      done: results.filter(({ data, isError }) => data?.done || isError).length,
    }),
  });
}

/** Some metrics of the runs that are read, at the step of each checkpoint. */
export function useMetricValues(
  directory: string,
  read: { readonly runs: readonly Run[]; readonly details: RunsRead['details'] },
  tags: readonly string[],
): readonly RunRead[] {
  const { runs, details } = read;
  const wanted = useMemo(
    () =>
      runs.flatMap(({ path }, index) =>
        tags.filter((tag) => hasMetric(details[index], tag)).map((tag) => ({ path, tag })),
      ),
    [runs, details, tags],
  );
  const values = useQueries({
    queries: wanted.map(({ path, tag }) => metricQuery(directory, path, tag)),
    combine: (results) => results.map(({ data }) => data),
  });
  return useMemo(() => {
    const byRun = new Map<string, Map<string, readonly MetricAtCheckpoint[]>>();
    for (const [index, { path, tag }] of wanted.entries()) {
      const data = values[index];
      if (!data) continue;
      const metrics = byRun.get(path) ?? new Map<string, readonly MetricAtCheckpoint[]>();
      byRun.set(path, metrics.set(tag, data));
    }
    return runs.map((run, index) => ({
      run,
      details: details[index],
      metrics: byRun.get(run.path) ?? new Map(),
    }));
  }, [runs, details, wanted, values]);
}

function hasMetric(details: RunDetails | undefined, tag: string): boolean {
  return details?.done === true && details.metrics.some((metric) => metric.tag === tag);
}
