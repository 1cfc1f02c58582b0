import { queryOptions } from '@tanstack/react-query';
import type { Dtype } from '#domain/dtype.ts';
import type { Run } from '#domain/run.ts';
import { type Reals, realsOf } from '#domain/statistics-elements.ts';
import type { Plane } from '#domain/tensor-plane.ts';
import type { Judgement } from '#domain/verdict.ts';
import type { StatisticsProgress, TensorOutcome } from '#workers/api.ts';
import { reader } from '#workers/reader.ts';
import { elementWords } from './element-words.ts';

/** All that the headers of a checkpoint say; the Resume dialog asks for the same. */
export const detailsQuery = (directory: string, checkpoint: string) =>
  queryOptions({
    queryKey: ['checkpoint', directory, checkpoint],
    queryFn: ({ signal }) => reader.checkpoint({ checkpoint }, { signal }),
  });

/** How often files are looked at, in milliseconds: while they are being written, and otherwise. */
const WRITING = 1500;
const QUIET = 5000;

/** What a checkpoint is as its files are now: the page sees it grow, and being replaced. */
export const summaryQuery = (directory: string, checkpoint: string) =>
  queryOptions({
    queryKey: ['checkpoint', directory, checkpoint, 'summary'],
    queryFn: ({ signal }) => reader.summary({ checkpoint }, { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.judgement.verdict === 'being-written' ? WRITING : QUIET,
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

/** One version of a checkpoint. */
export interface CheckpointPlace {
  readonly directory: string;
  readonly checkpoint: string;
  /** `CheckpointDetails.version` */
  readonly version: string | undefined;
}

/** A tensor of it. */
export interface TensorPlace extends CheckpointPlace {
  readonly tensor: string;
}

/** @param onProgress called with elements while they are read */
export const statisticsQuery = (
  { directory, checkpoint, version, tensor }: TensorPlace,
  onProgress: (progress: { readonly elements: number; readonly total: number }) => void,
) =>
  queryOptions({
    queryKey: ['statistics', directory, checkpoint, version, tensor],
    queryFn: ({ signal }) =>
      reader.statistics({ checkpoint, version, tensor }, { signal, onProgress }),
  });

/** What was computed of all tensors so far, by name. Nothing is computed by asking for it. */
export const outcomesQuery = ({ directory, checkpoint, version }: CheckpointPlace) =>
  queryOptions({
    queryKey: ['all-statistics', directory, checkpoint, version],
    queryFn: (): ReadonlyMap<string, TensorOutcome> => new Map(),
  });

/** Goes through all tensors; results come with the progress. */
export const computeAll = (
  { checkpoint, version }: CheckpointPlace,
  options: { signal: AbortSignal; onProgress: (progress: StatisticsProgress) => void },
): Promise<readonly TensorOutcome[]> => reader.statisticsOfAll({ checkpoint, version }, options);

/** The first elements of a tensor, in its own dtype. */
export const firstElementsQuery = (
  { directory, checkpoint, version, tensor }: TensorPlace,
  count: number,
) =>
  queryOptions({
    queryKey: ['elements', directory, checkpoint, version, tensor, count],
    queryFn: ({ signal }) =>
      reader.tensor({ checkpoint, version, tensor, from: 0, to: count }, { signal }),
  });

/** Blocks that are out of sight are kept for so long, in milliseconds. */
const KEPT = 60_000;

/** Values of a plane, row after row. */
export interface Block {
  /** Exact. */
  readonly words: readonly string[];
  /** `null`: they are no real numbers. */
  readonly numbers: Reals | null;
}

export const blockQuery = (
  { directory, checkpoint, version, tensor }: TensorPlace,
  plane: Plane,
  dtype: Dtype,
) =>
  queryOptions({
    queryKey: ['block', directory, checkpoint, version, tensor, plane],
    queryFn: async ({ signal }): Promise<Block> => {
      const bytes = await reader.block({ checkpoint, version, tensor, plane }, { signal });
      const words = elementWords(bytes, dtype, plane.rows * plane.columns);
      return { words, numbers: realsOf(bytes, dtype) };
    },
    gcTime: KEPT,
  });

/** Elements `[from, to)` for a file that is being saved; nothing is kept of them. */
export const readElements =
  ({ checkpoint, version }: Omit<CheckpointPlace, 'directory'>) =>
  (
    tensor: string,
    [from, to]: readonly [number, number],
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> =>
    reader.tensor({ checkpoint, version, tensor, from, to }, { signal });

/** Compares all checksums of a checkpoint; progress in bytes. */
export const verifyCheckpoint = (
  checkpoint: string,
  options: Parameters<typeof reader.verify>[1],
): Promise<Judgement> => reader.verify({ checkpoint }, options);
