import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Run } from '#domain/run.ts';
import type { LinesRequest } from '#workers/api.ts';
import { reader } from '#workers/reader.ts';

/** Zooming asks for many; those that are not in sight need not be kept for long. */
const KEPT = 60_000;

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

export interface LinesKey {
  readonly directory: string;
  /** Points known of; lines are asked for again when there are more. */
  readonly count: number;
  readonly request: LinesRequest;
}

/** All points of a metric of one run, as they were logged; `count` is how many those are. */
export const pointsQuery = (directory: string, run: string, tag: string, count: number) =>
  queryOptions({
    queryKey: ['points', directory, run, tag, count],
    queryFn: ({ signal }) => reader.points({ run, tag }, { signal }),
    structuralSharing: false,
    gcTime: KEPT,
  });

/** The curves of one metric, thinned to the pixels they are drawn on. */
export const linesQuery = ({ directory, count, request }: LinesKey) =>
  queryOptions({
    queryKey: ['lines', directory, request.tag, count, request],
    queryFn: ({ signal }) => reader.lines(request, { signal }),
    placeholderData: keepPreviousData,
    structuralSharing: false,
    gcTime: KEPT,
  });

/** What a run logged as text under one tag. */
export const textsQuery = (directory: string, run: string, tag: string) =>
  queryOptions({
    queryKey: ['texts', directory, run, tag],
    queryFn: ({ signal }) => reader.texts({ run, tag }, { signal }),
    gcTime: KEPT,
  });
