import { keepPreviousData, queryOptions, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Run } from '#domain/run.ts';
import type { RunsRead } from '#ui/page-props.ts';
import { reader } from '#workers/reader.ts';
import { useStableList } from './use-stable-list.ts';

/** Headers and logs of a run: what is read so far while it goes on, then all. */
const runQuery = (directory: string, { path, ...files }: Run) =>
  queryOptions({
    // A run that has grown while the directory was listed is read again.
    queryKey: ['run', directory, path, files],
    queryFn: ({ signal, client, queryKey }) =>
      reader.run(
        { run: path },
        { signal, onProgress: (details) => client.setQueryData(queryKey, details) },
      ),
    placeholderData: keepPreviousData,
  });

/** Reads some runs, and gives what is known of them so far. */
export function useRunsRead(directory: string, runs: readonly Run[]): RunsRead {
  const results = useQueries({ queries: runs.map((run) => runQuery(directory, run)) });
  const details = useStableList(results.flatMap(({ data }) => data ?? []));
  const problems = useStableList(results.flatMap(({ error }) => (error ? [asDefect(error)] : [])));
  const waiting = results.filter(({ data, isError }) => !isError && !data?.done).length;
  return useMemo(() => ({ details, waiting, problems }), [details, waiting, problems]);
}

/** One for each error, or each would be another at every render. */
const defects = new WeakMap<Error, Defect>();

/** Anything but a problem with a file is a bug, and goes on up. */
function asDefect(error: Error): Defect {
  if (!(error instanceof CheckpointError)) throw error;
  const { problem, place } = error;
  const defect = defects.get(error) ?? { problem, place };
  defects.set(error, defect);
  return defect;
}
