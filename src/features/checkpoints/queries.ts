import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Run } from '#domain/run.ts';
import type { Judgement } from '#domain/verdict.ts';
import { reader } from '#workers/reader.ts';

/** What is being written is looked at again after this, in milliseconds. */
const LOOK_AGAIN = 2000;

/** Headers and logs of a run: its rows so far while they come, then all of them. */
export const runQuery = (directory: string, { path, ...files }: Run) =>
  queryOptions({
    // A run that has grown while the directory was listed is read again.
    queryKey: ['run', directory, path, files],
    queryFn: ({ signal, client, queryKey }) =>
      reader.run(
        { run: path },
        { signal, onProgress: (details) => client.setQueryData(queryKey, details) },
      ),
    refetchInterval: ({ state: { data } }) =>
      data?.checkpoints.some(({ judgement }) => judgement.verdict === 'being-written')
        ? LOOK_AGAIN
        : false,
  });

/** What "best" is by; `null`: for the reader to choose. */
export interface Choice {
  readonly metric: string | null;
  readonly lower: boolean | null;
}

export const suggestionsQuery = (directory: string, run: string, { metric, lower }: Choice) =>
  queryOptions({
    queryKey: ['suggestions', directory, run, metric, lower],
    queryFn: ({ signal }) => reader.suggestions({ run, metric, lower }, { signal }),
    placeholderData: keepPreviousData,
  });

export const metricQuery = (directory: string, run: string, tag: string) =>
  queryOptions({
    queryKey: ['metric-at-checkpoints', directory, run, tag],
    queryFn: ({ signal }) => reader.metricAtCheckpoints({ run, tag }, { signal }),
  });

/** Compares all checksums of a checkpoint; progress in bytes. */
export const verifyCheckpoint = (
  checkpoint: string,
  options: Parameters<typeof reader.verify>[1],
): Promise<Judgement> => reader.verify({ checkpoint }, options);
