import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import type { PageProps } from '#ui/page-props.ts';
import { type Candidate, isReady } from './average/virtual-candidates.ts';
import { CheckpointChoice, useCandidates } from './CheckpointChoice.tsx';
import { ComputationPanel } from './ComputationPanel.tsx';
import { DataPanel } from './DataPanel.tsx';
import { useDataSettings } from './data/use-data-settings.ts';
import { nearestDataset } from './data-choice.ts';
import styles from './EvaluatePage.module.css';
import { startEvaluation } from './evaluation-run.ts';
import { GraphPanel } from './GraphPanel.tsx';
import { type Choices, isPlan, planOf } from './plan.ts';
import { datasetQuery } from './queries.ts';
import { ResultsPanel } from './ResultsPanel.tsx';
import { useGraphChoice } from './use-graph-choice.ts';
import { useShownRun } from './use-shown-run.ts';
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
  const named = view.checkpoints.find((path) => usable.has(path)) ?? view.checkpoints[0];
  // The graph of an average is that of what it is made of.
  const first = view.virtual[named ?? '']?.of[0] ?? named;
  const chosen = useGraphChoice(props, first);
  const { confirmed, confirm } = useConfirmation(chosen.choice);
  const path = view.data ?? nearestDataset(scan.datasets, first);
  const dataset = useQuery({
    ...datasetQuery(directory.key, path ?? ''),
    enabled: path !== null,
  });
  const used = useDataSettings(props, path);
  const choices: Choices = {
    directory: directory.key,
    view,
    settings: used.settings,
    checkpoints,
    choice: chosen.choice,
    isConfirmed: confirmed,
    graph: chosen.graph,
    dataset: path === null ? undefined : dataset.data,
    scaling: used.scaling,
  };
  const plan = planOf(choices);
  // What was computed before was confirmed then.
  const asked = planOf({ ...choices, isConfirmed: true });
  const shown = useShownRun(directory.key, isPlan(asked) ? asked : null);

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
          <div className={styles.last}>
            <ComputationPanel
              {...props}
              graph={chosen.graph}
              plan={plan}
              isBusy={shown.isBusy}
              isKept={shown.isKept}
              onStart={(started) => {
                void startEvaluation(client, directory.key, started);
                results.current?.scrollIntoView({ block: 'nearest' });
              }}
            />
          </div>
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
        </div>
      </div>
      <div ref={results} className={styles.end}>
        <ResultsPanel {...props} shown={shown} candidates={candidates} />
      </div>
    </div>
  );
}

/** Chosen checkpoints that can be restored, in the order of the list. */
function usableOf(chosen: readonly string[], candidates: readonly Candidate[]): readonly string[] {
  const wanted = new Set(chosen);
  return candidates
    .filter((candidate) => wanted.has(candidate.path) && isReady(candidate))
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
