import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import { isUsable } from '#domain/verdict.ts';
import type { PageProps } from '#ui/page-props.ts';
import { type Candidate, CheckpointChoice, useCandidates } from './CheckpointChoice.tsx';
import { ComputationPanel } from './ComputationPanel.tsx';
import { DataPanel } from './DataPanel.tsx';
import { useDataSettings } from './data/use-data-settings.ts';
import { nearestDataset } from './data-choice.ts';
import styles from './EvaluatePage.module.css';
import { type EvaluationRun, keptRunQuery, startEvaluation, useLastRun } from './evaluation-run.ts';
import { GraphPanel } from './GraphPanel.tsx';
import { isPlan, planOf } from './plan.ts';
import { datasetQuery } from './queries.ts';
import { ResultsPanel } from './ResultsPanel.tsx';
import { useGraphChoice } from './use-graph-choice.ts';
import type { EvaluateView } from './view.ts';

/** Restores checkpoints in the tab and scores them on a data set. */
export function EvaluatePage(props: PageProps<EvaluateView>) {
  const { view, scan, directory, runs } = props;
  const client = useQueryClient();
  const results = useRef<HTMLDivElement>(null);
  const candidates = useCandidates(props, runs);
  const checkpoints = useMemo(
    () => usableOf(view.checkpoints, candidates),
    [view.checkpoints, candidates],
  );
  const usable = new Set(checkpoints);
  const first = view.checkpoints.find((path) => usable.has(path)) ?? view.checkpoints[0];
  const chosen = useGraphChoice(props, first);
  const { confirmed, confirm } = useConfirmation(chosen.choice);
  const path = view.data ?? nearestDataset(scan.datasets, first);
  const dataset = useQuery({
    ...datasetQuery(directory.key, path ?? ''),
    enabled: path !== null,
  });
  const used = useDataSettings(props, path);
  const plan = planOf({
    directory: directory.key,
    view,
    settings: used.settings,
    checkpoints,
    choice: chosen.choice,
    isConfirmed: confirmed,
    graph: chosen.graph,
    dataset: path === null ? undefined : dataset.data,
    scaling: used.scaling,
  });
  const { run, isBusy, isKept, isOther } = useShownRun(directory.key, isPlan(plan) ? plan : null);

  return (
    <div className={styles.page}>
      <div className={styles.choices}>
        <div className={styles.column}>
          <CheckpointChoice {...props} candidates={candidates} />
          <GraphPanel
            {...props}
            chosen={chosen}
            checkpoint={first}
            isConfirmed={confirmed}
            onConfirm={confirm}
          />
        </div>
        <div className={styles.column}>
          <DataPanel
            {...props}
            path={path}
            dataset={path === null ? undefined : dataset.data}
            error={dataset.error}
            onRetry={() => void dataset.refetch()}
            graph={chosen.graph}
            used={used}
          />
          <ComputationPanel
            {...props}
            graph={chosen.graph}
            plan={plan}
            isBusy={isBusy}
            isKept={isKept}
            onStart={(started) => {
              void startEvaluation(client, directory.key, started);
              results.current?.scrollIntoView({ block: 'nearest' });
            }}
          />
        </div>
      </div>
      <div ref={results} className={styles.end}>
        <ResultsPanel {...props} run={run} isOther={isOther} />
      </div>
    </div>
  );
}

/** Chosen checkpoints that can be restored, in the order of the list. */
function usableOf(chosen: readonly string[], candidates: readonly Candidate[]): readonly string[] {
  const wanted = new Set(chosen);
  return candidates
    .filter(
      ({ path, summary }) => wanted.has(path) && summary !== null && isUsable(summary.judgement),
    )
    .map(({ path }) => path);
}

/** A person confirms these very layers; with another layer it has to be done again. */
function useConfirmation(choice: unknown) {
  const [confirmedKey, setKey] = useState('');
  const key = JSON.stringify(choice);
  return {
    confirmed: confirmedKey === key,
    confirm: (isConfirmed: boolean) => setKey(isConfirmed ? key : ''),
  };
}

interface ShownRun {
  readonly run: EvaluationRun | null;
  readonly isBusy: boolean;
  /** Whether this very plan was computed before. */
  readonly isKept: boolean;
  /** Whether it is of another plan than the one that is chosen. */
  readonly isOther: boolean;
}

/** The run that goes on, else what was computed for this plan, else the last one. */
function useShownRun(directory: string, plan: EvaluationPlan | null): ShownRun {
  const last = useLastRun();
  const kept = useQuery(keptRunQuery(directory, plan)).data ?? null;
  const lastHere = last?.directory === directory ? last : null;
  const isBusy = last?.state === 'running';
  const run = isBusy ? lastHere : (kept ?? lastHere);
  const isOther = run !== null && JSON.stringify(run.plan) !== JSON.stringify(plan);
  return { run, isBusy, isKept: kept?.state === 'done', isOther };
}
