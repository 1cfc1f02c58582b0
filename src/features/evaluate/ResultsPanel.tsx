import { useMemo, useState } from 'react';
import { CheckpointError } from '#domain/problem.ts';
import { DataTable } from '#ui/DataTable.tsx';
import { formatSort, parseSort } from '#ui/data-table-columns.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { Panel } from '#ui/Panel.tsx';
import { Progress } from '#ui/Progress.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { SavingNote } from '#ui/SavingNote.tsx';
import { useStrings } from '#ui/strings.ts';
import { useSaving } from '#ui/use-saving.ts';
import type { Candidate } from './average/virtual-candidates.ts';
import styles from './EvaluatePage.module.css';
import { cancelEvaluation, type EvaluationRun } from './evaluation-run.ts';
import { RestoreReport } from './RestoreReport.tsx';
import { useResultColumns } from './result-columns.tsx';
import { resultTexts } from './result-strings.ts';
import { evaluationNoteWords } from './result-words.ts';
import { ExportMenu } from './results/ExportMenu.tsx';
import { ProvenanceDialog } from './results/ProvenanceDialog.tsx';
import { ResultDetails } from './results/ResultDetails.tsx';
import type { ShownRun } from './use-shown-run.ts';
import type { EvaluateView } from './view.ts';

export interface ResultsPanelProps extends PageProps<EvaluateView> {
  readonly shown: ShownRun;
  readonly candidates: readonly Candidate[];
}

/** What came of an evaluation, or what has come so far. */
export function ResultsPanel(props: ResultsPanelProps) {
  const { run } = props.shown;
  const t = useStrings(resultTexts);
  if (!run) {
    return (
      <Panel title={t.resultsOf}>
        <p className={styles.quiet}>{t.noResultsWhy}</p>
      </Panel>
    );
  }
  return <Results {...props} run={run} />;
}

interface ResultsProps extends ResultsPanelProps {
  readonly run: EvaluationRun;
}

function Results(props: ResultsProps) {
  const { run, shown, directory } = props;
  const t = useStrings(resultTexts);
  const language = useLanguage();
  const saving = useSaving();
  const { state, evaluations, progress } = run;
  const isDone = evaluations.some(({ scores }) => scores !== undefined);
  return (
    <Panel
      title={t.resultsOf}
      actions={
        isDone &&
        state !== 'running' && <ExportMenu run={run} name={directory.name} saving={saving} />
      }
    >
      <div className={styles.fields}>
        <SavingNote saving={saving} />
        {state === 'running' && <RunProgress run={run} />}
        {state !== 'running' && shown.isOther && (
          <p className={styles.caution}>{t.other(run.plan.dataset)}</p>
        )}
        {state === 'cancelled' && <p role="status">{t.allCancelled}</p>}
        {state === 'failed' && <Failure error={run.error} />}
        {progress && progress.notes.length > 0 && (
          <ul className={styles.notes}>
            {progress.notes.map((note) => (
              <li key={JSON.stringify(note)}>{evaluationNoteWords(note, language)}</li>
            ))}
          </ul>
        )}
        <ResultsTable {...props} />
        {isDone && <ResultDetails {...props} />}
        {evaluations.some(({ binding, defect }) => binding ?? defect) && (
          <h3 className={styles.restoreTitle}>{t.restore}</h3>
        )}
        {evaluations.map((evaluation) => (
          <RestoreReport key={evaluation.checkpoint} evaluation={evaluation} />
        ))}
      </div>
    </Panel>
  );
}

function ResultsTable({ run, shown, view, onView, hrefs }: ResultsProps) {
  const t = useStrings(resultTexts);
  const sort = useMemo(() => parseSort(view.sort), [view.sort]);
  const [asked, setAsked] = useState<string | null>(null);
  const { evaluations, state, plan } = run;
  const columns = useResultColumns({
    hrefs,
    evaluations,
    task: evaluations.find(({ scores }) => scores)?.scores?.task ?? plan.task ?? 'multi-class',
    stale: shown.stale,
    onProvenance: setAsked,
  });
  return (
    <>
      <div className={styles.results}>
        <DataTable
          name={t.results}
          columns={columns}
          rows={evaluations}
          rowId={({ checkpoint }) => checkpoint}
          sort={sort}
          onSort={(order) => onView({ sort: order && formatSort(order) }, { replace: true })}
          isFaint={(evaluation) => evaluation.state !== 'done'}
          busy={state === 'running'}
        />
      </div>
      <ProvenanceDialog
        evaluation={evaluations.find(({ checkpoint }) => checkpoint === asked) ?? null}
        onClose={() => setAsked(null)}
      />
    </>
  );
}

function RunProgress({ run: { evaluations, progress } }: { run: EvaluationRun }) {
  const t = useStrings(resultTexts);
  const { count, metric, duration } = useNumberFormats();
  const seen = evaluations.reduce((sum, one) => sum + one.seen, 0);
  const total = evaluations.reduce((sum, one) => sum + one.total, 0);
  const details = [
    progress ? t[`phase_${progress.phase}`] : t.starter,
    ...(total > 0 ? [t.seen(count(seen), count(total))] : []),
    ...(typeof progress?.rate === 'number'
      ? [t.rate((progress.rate < 10 ? metric : count)(progress.rate))]
      : []),
    ...(typeof progress?.left === 'number' ? [t.left(duration(progress.left))] : []),
  ];
  return (
    <Progress
      label={t.progress}
      value={seen}
      total={total || null}
      detail={details.join(' · ')}
      onCancel={cancelEvaluation}
    />
  );
}

/** A fault of the evaluator's own is said here as well: the rest of the page goes on. */
function Failure({ error }: { error: unknown }) {
  const t = useStrings(resultTexts);
  if (error instanceof CheckpointError) return <ErrorNote error={error} />;
  return (
    <p role="alert" className={styles.danger}>
      {t.crashed} <code>{String(error)}</code>
    </p>
  );
}
