import { useQueries } from '@tanstack/react-query';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Run } from '#domain/run.ts';
import type { RunDetails } from '#workers/api.ts';
import { runQuery } from './queries.ts';
import { useStableList } from './use-stable-list.ts';

/** What is known of some runs so far. */
export interface RunsSoFar {
  /** In the order of the runs; those not begun are left out. */
  readonly details: readonly RunDetails[];
  /** Runs that are not read to their end. */
  readonly waiting: number;
  /** Why runs could not be read at all. */
  readonly problems: readonly Defect[];
}

export function useRunDetails(directory: string, runs: readonly Run[]): RunsSoFar {
  const results = useQueries({ queries: runs.map((run) => runQuery(directory, run)) });
  const details = useStableList(results.flatMap(({ data }) => data ?? []));
  return {
    details,
    waiting: results.filter(({ data, isError }) => !isError && !data?.done).length,
    problems: results.flatMap(({ error }) => (error ? [asDefect(error)] : [])),
  };
}

/** Anything but a problem with a file is a bug, and goes on up. */
function asDefect(error: Error): Defect {
  if (!(error instanceof CheckpointError)) throw error;
  return { problem: error.problem, place: error.place };
}
