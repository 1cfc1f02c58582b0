import { useMemo, useState } from 'react';
import { Button } from '#ui/Button.tsx';
import { DataTable } from '#ui/DataTable.tsx';
import { formatSort, parseSort } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { ProblemNote } from '#ui/ProblemNote.tsx';
import { Progress } from '#ui/Progress.tsx';
import type { PageProps } from '#ui/page-props.ts';
import type { RunMark } from '#ui/run-marks.ts';
import { shortNames } from '#ui/run-names.ts';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import styles from './CheckpointsPage.module.css';
import { useCheckpointColumns } from './checkpoint-columns.tsx';
import { useKeptColumns } from './kept-columns.tsx';
import { MetricColumns } from './MetricColumns.tsx';
import type { CheckpointRow } from './rows.ts';
import { texts } from './strings.ts';
import { useVerification, type Verification } from './use-verification.ts';
import type { CheckpointsView } from './view.ts';

export interface CheckpointsTableProps extends PageProps<CheckpointsView> {
  readonly rows: readonly CheckpointRow[];
  readonly marks: ReadonlyMap<string, RunMark>;
  readonly tags: readonly string[];
  /** Metrics with a column. */
  readonly columns: readonly string[];
  readonly isBusy: boolean;
  /** In runs. */
  readonly progress: { readonly done: number; readonly total: number };
}

/** Every checkpoint of the selected runs. */
export function CheckpointsTable(props: CheckpointsTableProps) {
  const { rows, tags, columns, isBusy, view, onView, hrefs, marks, directory } = props;
  const t = useStrings(texts);
  const [now] = useState(() => Date.now());
  const verification = useVerification(directory.key);
  const shown = useMemo(() => matching(rows, view.find), [rows, view.find]);
  const sort = useMemo(() => parseSort(view.sort), [view.sort]);
  const names = useMemo(() => shortNames([...new Set(rows.map(({ run }) => run))]), [rows]);
  const evaluated = useKeptColumns(directory.key);
  const definitions = useCheckpointColumns({
    metrics: columns,
    evaluated,
    now,
    hrefs,
    marks,
    names,
    onResume: (resume) => onView({ resume }),
    onVerify: (checkpoint) => verification.start([checkpoint]),
  });
  const unverified = shown.filter(isVerifiable).map(({ ref }) => ref.path);

  return (
    <div className={styles.list}>
      <header className={styles.tools}>
        <h2>{t.checkpoints}</h2>
        <TextField
          label={t.find}
          isLabelHidden
          isSearch
          placeholder={t.findHint}
          value={view.find}
          onChange={(find) => onView({ find }, { replace: true })}
        />
        <MetricColumns
          tags={tags}
          chosen={columns}
          onChange={(chosen) => onView({ columns: chosen })}
        />
        <Button
          isDisabled={unverified.length === 0 || verification.running !== null}
          onPress={() => verification.start(unverified)}
        >
          {t.verifyAll}
        </Button>
        <ReadSoFar {...props} />
      </header>
      <VerificationNotes verification={verification} />
      <DataTable
        name={t.checkpoints}
        columns={definitions}
        rows={shown}
        rowId={({ ref }) => ref.path}
        sort={sort}
        onSort={(order) => onView({ sort: order && formatSort(order) }, { replace: true })}
        isFaint={isUseless}
        empty={t.noMatch}
        busy={isBusy}
      />
    </div>
  );
}

function ReadSoFar({ isBusy, progress: { done, total } }: CheckpointsTableProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  if (!isBusy) return null;
  return (
    <span role="status" className={styles.quiet}>
      {t.reading(count(done), count(total))}
    </span>
  );
}

function VerificationNotes({ verification }: { verification: Verification }) {
  const t = useStrings(texts);
  const { bytes, count } = useNumberFormats();
  const { running, wasStopped, defects, cancel } = verification;
  return (
    <>
      {running && (
        <Progress
          label={t.verifying(running.checkpoint)}
          value={running.bytes}
          total={running.total || null}
          detail={`${t.of(bytes(running.bytes), bytes(running.total))} · ${t.verified(
            count(running.done + 1),
            count(running.of),
          )}`}
          onCancel={cancel}
        />
      )}
      {wasStopped && (
        <p role="status" className={styles.quiet}>
          {t.stop}
        </p>
      )}
      {defects.map((defect) => (
        <ProblemNote key={JSON.stringify(defect)} defect={defect} />
      ))}
    </>
  );
}

function matching(rows: readonly CheckpointRow[], find: string): readonly CheckpointRow[] {
  const part = find.trim().toLowerCase();
  return part === '' ? rows : rows.filter(({ ref }) => ref.path.toLowerCase().includes(part));
}

function isVerifiable({ summary }: CheckpointRow): boolean {
  return summary?.judgement.verdict === 'unverified' && summary.judgement.verifiable;
}

function isUseless({ summary }: CheckpointRow): boolean {
  const verdict = summary?.judgement.verdict;
  return verdict !== undefined && verdict !== 'sound' && verdict !== 'unverified';
}
