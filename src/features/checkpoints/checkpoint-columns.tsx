import type { Readiness } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';
import type { Column } from '#ui/data-table-columns.ts';
import { type NumberFormats, useNumberFormats } from '#ui/format-number.ts';
import { PathName } from '#ui/PathName.tsx';
import type { Hrefs } from '#ui/page-props.ts';
import { ReadinessMarks } from '#ui/ReadinessMarks.tsx';
import { RunName } from '#ui/RunName.tsx';
import type { RunMark } from '#ui/run-marks.ts';
import { SourcedNumber } from '#ui/SourcedNumber.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointsPage.module.css';
import { RowActions } from './RowActions.tsx';
import { type CheckpointRow, nameInRun } from './rows.ts';
import { texts } from './strings.ts';
import { VerdictCell } from './VerdictCell.tsx';

export interface ColumnSettings {
  /** Metrics with a column. */
  readonly metrics: readonly string[];
  /** What was evaluated here. */
  readonly evaluated: readonly Column<CheckpointRow>[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly hrefs: Hrefs;
  readonly marks: ReadonlyMap<string, RunMark>;
  /** What runs are called here, by path. */
  readonly names: ReadonlyMap<string, string>;
  readonly onResume: (checkpoint: string) => void;
  readonly onVerify: (checkpoint: string) => void;
}

type Texts = ReturnType<typeof useStrings<(typeof texts)['en']>>;

/** The columns of the table of checkpoints. */
export function useCheckpointColumns(settings: ColumnSettings): readonly Column<CheckpointRow>[] {
  const t = useStrings(texts);
  const formats = useNumberFormats();
  const { metrics, evaluated, now } = settings;
  return [
    ...identity(t, settings),
    ...metrics.map((tag) => metricColumn(tag, formats)),
    ...evaluated,
    ...facts(t, formats, now),
    actions(t, settings),
  ];
}

function identity(
  t: Texts,
  { hrefs, marks, names }: ColumnSettings,
): readonly Column<CheckpointRow>[] {
  return [
    {
      id: 'name',
      title: t.name,
      width: 160,
      grows: true,
      header: true,
      value: ({ ref }) => ref.path,
      cell: ({ ref, run }) => (
        <a href={hrefs.checkpoint(ref.path)}>
          <PathName path={nameInRun(ref.path, run)} />
        </a>
      ),
    },
    {
      id: 'run',
      title: t.run,
      width: 150,
      grows: true,
      value: ({ run }) => run,
      cell: ({ run }) => <RunName path={run} marks={marks} short={names.get(run)} />,
    },
    {
      id: 'step',
      title: t.step,
      width: 60,
      numeric: true,
      descendingFirst: true,
      value: ({ summary }) => summary?.step?.value ?? null,
      cell: ({ summary }) => summary?.step && <SourcedNumber value={summary.step} />,
    },
    {
      id: 'epoch',
      title: t.epoch,
      width: 76,
      numeric: true,
      descendingFirst: true,
      value: ({ summary }) => summary?.epoch?.value ?? null,
      cell: ({ summary }) => summary?.epoch && <SourcedNumber value={summary.epoch} />,
    },
  ];
}

function metricColumn(tag: string, { metric }: NumberFormats): Column<CheckpointRow> {
  return {
    id: `metric:${tag}`,
    title: tag,
    width: 84,
    numeric: true,
    value: ({ metrics }) => metrics.get(tag) ?? null,
    cell: ({ metrics }) => {
      const value = metrics.get(tag) ?? null;
      return value === null ? <span className={styles.quiet}>–</span> : metric(value);
    },
  };
}

function facts(t: Texts, formats: NumberFormats, now: number): readonly Column<CheckpointRow>[] {
  return [
    {
      id: 'size',
      title: t.size,
      width: 68,
      numeric: true,
      descendingFirst: true,
      value: ({ summary }) => summary?.size ?? null,
      cell: ({ summary }) => summary && formats.bytes(summary.size),
    },
    {
      id: 'age',
      title: t.age,
      width: 76,
      numeric: true,
      value: ({ summary }) => (summary?.file ? now - summary.file.modified : null),
      cell: ({ summary }) =>
        summary?.file && (
          <span title={formats.date(summary.file.modified)}>
            {formats.age(summary.file.modified, now)}
          </span>
        ),
    },
    {
      id: 'verdict',
      title: t.verdict,
      width: 144,
      grows: true,
      value: ({ summary }) => summary?.judgement.verdict ?? null,
      cell: (row) => <VerdictCell row={row} />,
    },
    {
      id: 'resumes',
      title: t.resumes,
      width: 122,
      value: ({ summary }) => count(summary?.readiness ?? null),
      descendingFirst: true,
      cell: ({ summary }) => summary?.readiness && <ReadinessMarks readiness={summary.readiness} />,
    },
  ];
}

/** How many parts are there: the more, the better it resumes. */
function count(readiness: Readiness | null): number | null {
  return readiness && Object.values(readiness).filter((has) => has === true).length;
}

function actions(t: Texts, settings: ColumnSettings): Column<CheckpointRow> {
  return {
    id: 'actions',
    title: t.actions,
    width: 100,
    cell: (row) =>
      row.summary && (
        <RowActions
          summary={row.summary}
          canResume={isUsable(row.summary.judgement)}
          evaluateHref={settings.hrefs.evaluate([row.ref.path])}
          onResume={() => settings.onResume(row.ref.path)}
          onVerify={() => settings.onVerify(row.ref.path)}
        />
      ),
  };
}
