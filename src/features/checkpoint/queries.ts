import { queryOptions } from '@tanstack/react-query';
import type { Run } from '#domain/run.ts';
import type { Judgement } from '#domain/verdict.ts';
import { reader } from '#workers/reader.ts';

/** All that the headers of a checkpoint say; the Resume dialog asks for the same. */
export const detailsQuery = (directory: string, checkpoint: string) =>
  queryOptions({
    queryKey: ['checkpoint', directory, checkpoint],
    queryFn: ({ signal }) => reader.checkpoint({ checkpoint }, { signal }),
  });

/** Headers of a run's checkpoints; the run list asks for the same. Small files are verified on the way. */
export const runQuery = (directory: string, { path, ...files }: Run) =>
  queryOptions({
    queryKey: ['run', directory, path, files],
    queryFn: ({ signal, client, queryKey }) =>
      reader.run(
        { run: path },
        { signal, onProgress: (details) => client.setQueryData(queryKey, details) },
      ),
  });

/** A tensor of a checkpoint. */
export interface TensorPlace {
  readonly directory: string;
  readonly checkpoint: string;
  readonly tensor: string;
}

/** @param onProgress called with elements while they are read */
export const statisticsQuery = (
  { directory, checkpoint, tensor }: TensorPlace,
  onProgress: (progress: { readonly elements: number; readonly total: number }) => void,
) =>
  queryOptions({
    queryKey: ['statistics', directory, checkpoint, tensor],
    queryFn: ({ signal }) => reader.statistics({ checkpoint, tensor }, { signal, onProgress }),
  });

/** The first elements of a tensor, in its own dtype. */
export const firstElementsQuery = ({ directory, checkpoint, tensor }: TensorPlace, count: number) =>
  queryOptions({
    queryKey: ['elements', directory, checkpoint, tensor, count],
    queryFn: ({ signal }) => reader.tensor({ checkpoint, tensor, from: 0, to: count }, { signal }),
  });

/** Compares all checksums of a checkpoint; progress in bytes. */
export const verifyCheckpoint = (
  checkpoint: string,
  options: Parameters<typeof reader.verify>[1],
): Promise<Judgement> => reader.verify({ checkpoint }, options);
