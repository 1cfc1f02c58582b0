import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import { type EvaluationRun, keptRunQuery, useLastRun } from './evaluation-run.ts';
import { filesOf, restoredRun, staleKeys } from './kept-run.ts';
import { keptResultsQuery, versionsQuery } from './queries.ts';

export interface ShownRun {
  readonly run: EvaluationRun | null;
  readonly isBusy: boolean;
  /** Whether this very plan was computed before. */
  readonly isKept: boolean;
  /** Whether it is of another plan than the one that is chosen. */
  readonly isOther: boolean;
  /** Kept results whose files are others now, by `Evaluation.key`. */
  readonly stale: ReadonlySet<string>;
}

/** The run that goes on, else what was computed for this plan, now or on an earlier visit, else the last one. */
export function useShownRun(directory: string, plan: EvaluationPlan | null): ShownRun {
  const last = useLastRun();
  const computed = useQuery(keptRunQuery(directory, plan)).data ?? null;
  const kept = useQuery(keptResultsQuery(directory)).data;
  const key = JSON.stringify(plan);
  const restored = useMemo(
    () => (kept ? restoredRun(directory, JSON.parse(key) as EvaluationPlan | null, kept) : null),
    [kept, directory, key],
  );
  const lastHere = last?.directory === directory ? last : null;
  const isBusy = last?.state === 'running';
  const isOfPlan = restored !== null && JSON.stringify(restored.plan) === key;
  const before = isOfPlan ? restored : (lastHere ?? restored);
  const run = isBusy ? lastHere : (computed ?? before);
  const stale = useStale(directory, run);
  const isWhole =
    isOfPlan && restored.evaluations.length === plan?.checkpoints.length && stale.size === 0;
  return {
    run,
    isBusy,
    isKept: computed?.state === 'done' || isWhole,
    isOther: run !== null && JSON.stringify(run.plan) !== key,
    stale,
  };
}

const NONE: ReadonlySet<string> = new Set();

/** What was computed on an earlier visit may be of files that are others now. */
function useStale(directory: string, run: EvaluationRun | null): ReadonlySet<string> {
  const old = useMemo(() => run?.evaluations.filter(({ isKept }) => isKept) ?? [], [run]);
  const paths = [...new Set(old.flatMap(filesOf).map(({ path }) => path))].sort();
  const present = useQuery({ ...versionsQuery(directory, paths), enabled: paths.length > 0 }).data;
  return useMemo(() => (present ? staleKeys(old, present) : NONE), [old, present]);
}
