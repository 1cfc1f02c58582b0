import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { CheckpointDetails, CheckpointSummary } from '#domain/summary.ts';
import { judge } from '#domain/verdict.ts';
import type { PageProps } from '#ui/page-props.ts';
import { detailsQuery, runQuery, summaryQuery } from './queries.ts';
import type { CheckpointView } from './view.ts';

/** What is known of a checkpoint, in the order in which it comes. */
export interface Details {
  /** As its files are now, with the newest verdict on them. */
  readonly summary: CheckpointSummary | undefined;
  /** All that its headers say; `undefined` also when they cannot be read. */
  readonly details: CheckpointDetails | undefined;
  readonly isPending: boolean;
  /** Not about the file: that is in the verdict. */
  readonly error: unknown;
  readonly readAgain: () => void;
}

/** The headers of the checkpoint, and what can be said of them since. */
export function useDetails({
  view: { path },
  scan,
  directory,
}: PageProps<CheckpointView>): Details {
  const client = useQueryClient();
  const enabled = path !== '';
  const details = useQuery({ ...detailsQuery(directory.key, path), enabled });
  const summary = useQuery({ ...summaryQuery(directory.key, path), enabled });
  const run = scan.runs.find(({ checkpoints }) => checkpoints.some((ref) => ref.path === path));
  const ofRun = useQuery({
    ...runQuery(directory.key, run ?? NO_RUN),
    enabled: run !== undefined,
    select: ({ checkpoints }) => checkpoints.find(({ ref }) => ref.path === path),
  });
  // What could not be read, or not all of it, is read again when its files have changed.
  const isUnfinished =
    details.isError || details.data?.summary.judgement.verdict === 'being-written';
  const state = summary.data && stateOf(summary.data);
  const { refetch } = details;
  useEffect(() => {
    if (isUnfinished && state !== undefined) void refetch();
  }, [isUnfinished, state, refetch]);

  return {
    summary: summary.data && newest(summary.data, ofRun.data, details.data?.summary),
    details: details.data,
    isPending: details.isPending,
    error: summary.error,
    readAgain: () =>
      void client.invalidateQueries({ queryKey: ['checkpoint', directory.key, path] }),
  };
}

/**
 * The summary as the files are now, with the verdict of the run if that has come further: small files are
 * verified with it. `shown`: what the rest of the page is about.
 */
function newest(
  now: CheckpointSummary,
  ofRun: CheckpointSummary | undefined,
  shown: CheckpointSummary | undefined,
): CheckpointSummary {
  if (shown && !isSame(shown, now)) {
    if (now.judgement.verdict === 'being-written') return now;
    const defect = { problem: { kind: 'changed' }, place: { path: now.ref.path } } as const;
    const gone = now.judgement.verdict === 'gone';
    const judgement = judge({ defects: [defect], verifiable: false, verified: false });
    return gone ? now : { ...shown, judgement };
  }
  const isFurther = now.judgement.verdict === 'unverified' && ofRun && isSame(ofRun, now);
  return isFurther ? { ...now, judgement: ofRun.judgement } : now;
}

function stateOf({ file, judgement }: CheckpointSummary): string {
  return JSON.stringify([file?.size, file?.modified, judgement.verdict]);
}

function isSame({ file: a }: CheckpointSummary, { file: b }: CheckpointSummary): boolean {
  return a?.size === b?.size && a?.modified === b?.modified;
}

const NO_RUN = {
  path: '',
  checkpoints: [],
  histories: [],
  configurations: [],
  graphs: [],
  pointers: [],
};
