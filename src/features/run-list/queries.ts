import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Run } from '#domain/run.ts';
import { reader } from '#workers/reader.ts';

/** Headers and logs of a run: what is read so far while it goes on, then all. */
export const runQuery = (directory: string, { path, ...files }: Run) =>
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
