import { type QueryClient, queryOptions, skipToken } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Evaluation, EvaluationPlan, EvaluationProgress } from '#domain/evaluation.ts';
import { loadEvaluator } from './queries.ts';

/** An evaluation that goes on or has ended, and what came of it. */
export interface EvaluationRun {
  readonly directory: string;
  readonly plan: EvaluationPlan;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** One per checkpoint of the plan, in its order. */
  readonly evaluations: readonly Evaluation[];
  /** `null` before the first word of the evaluator. */
  readonly progress: EvaluationProgress | null;
  /** Why all of it failed. */
  readonly error: unknown;
}

/** What was computed for a plan before; kept until the page is closed. */
export const keptRunQuery = (directory: string, plan: EvaluationPlan | null) =>
  queryOptions<EvaluationRun>({
    queryKey: ['evaluation', directory, plan],
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
  });

const listeners = new Set<() => void>();
let current: EvaluationRun | null = null;
let controller = new AbortController();

/** Goes on while other pages are looked at, until it is done or cancelled. */
export function startEvaluation(
  client: QueryClient,
  directory: string,
  plan: EvaluationPlan,
): Promise<void> {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  current = {
    directory,
    plan,
    state: 'running',
    evaluations: plan.checkpoints.map((checkpoint) => notStarted(checkpoint, plan)),
    progress: null,
    error: null,
  };
  emit();
  return run(client, current, signal);
}

async function run(client: QueryClient, begun: EvaluationRun, signal: AbortSignal): Promise<void> {
  const { directory, plan } = begun;
  const ended = await ending(plan, signal);
  const last = current?.plan === plan ? current : begun;
  const run: EvaluationRun = {
    ...last,
    ...ended,
    evaluations: ended.evaluations ?? last.evaluations.map((one) => stopped(one, ended.state)),
  };
  const { queryKey } = keptRunQuery(directory, plan);
  client.setQueryDefaults(['evaluation'], { gcTime: Number.POSITIVE_INFINITY });
  client.setQueryData(queryKey, run);
  void client.invalidateQueries({ queryKey: ['kept-results', directory] });
  if (current?.plan !== plan) return;
  current = run;
  emit();
}

type Ending = Pick<EvaluationRun, 'state' | 'error'> & {
  readonly evaluations?: readonly Evaluation[];
};

async function ending(plan: EvaluationPlan, signal: AbortSignal): Promise<Ending> {
  try {
    const evaluator = await loadEvaluator();
    const evaluations = await evaluator.evaluate(plan, {
      signal,
      onProgress: (progress) => {
        if (current?.plan !== plan || signal.aborted) return;
        current = { ...current, progress, evaluations: progress.evaluations };
        emit();
      },
    });
    return { state: 'done', error: null, evaluations };
  } catch (error) {
    return signal.aborted ? { state: 'cancelled', error: null } : { state: 'failed', error };
  }
}

/** Keeps what is done; what was going on is marked as cancelled. */
export function cancelEvaluation(): void {
  controller.abort();
}

/** What had not come to an end, by how all of it ended. */
function stopped(evaluation: Evaluation, by: EvaluationRun['state']): Evaluation {
  const isOpen = evaluation.state === 'running' || evaluation.state === 'waiting';
  return isOpen ? { ...evaluation, state: by === 'failed' ? 'failed' : 'cancelled' } : evaluation;
}

function notStarted(checkpoint: string, { backend }: EvaluationPlan): Evaluation {
  return {
    checkpoint,
    state: 'waiting',
    seen: 0,
    total: 0,
    accuracy: null,
    loss: null,
    nonfinite: 0,
    backend: backend ?? 'cpu',
    parity: null,
    binding: null,
    defect: null,
    firstOutputs: [],
  };
}

function emit(): void {
  for (const listener of listeners) listener();
}

/** The evaluation that was started last, wherever it was. */
export function useLastRun(): EvaluationRun | null {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
