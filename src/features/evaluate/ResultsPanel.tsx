import { useMemo } from 'react';
import { CheckpointError } from '#domain/problem.ts';
import { DataTable } from '#ui/DataTable.tsx';
import { formatSort, parseSort } from '#ui/data-table-columns.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { Panel } from '#ui/Panel.tsx';
import { Progress } from '#ui/Progress.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
import { cancelEvaluation, type EvaluationRun } from './evaluation-run.ts';
import { RestoreReport } from './RestoreReport.tsx';
import { useResultColumns } from './result-columns.tsx';
import { resultTexts } from './result-strings.ts';
import { evaluationNoteWords } from './result-words.ts';
import type { EvaluateView } from './view.ts';

export interface ResultsPanelProps extends PageProps<EvaluateView> {
  /** `null`: nothing was computed yet. */
  readonly run: EvaluationRun | null;
  /** It is of another choice than the one above. */
  readonly isOther: boolean;
}

/** What came of an evaluation, or what has come so far. */
export function ResultsPanel({ run, isOther, view, onView, hrefs }: ResultsPanelProps) {
  const t = useStrings(resultTexts);
  const language = useLanguage();
  const sort = useMemo(() => parseSort(view.sort), [view.sort]);
  const columns = useResultColumns(hrefs);
  if (!run) {
    return (
      <Panel title={t.resultsOf}>
        <p className={styles.quiet}>{t.noResultsWhy}</p>
      </Panel>
    );
  }
  const { state, evaluations, progress } = run;
  return (
    <Panel title={t.resultsOf}>
      <div className={styles.fields}>
        {state === 'running' && <RunProgress run={run} />}
        {state !== 'running' && isOther && (
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
