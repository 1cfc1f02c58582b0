import { Fragment, type ReactNode } from 'react';
import type { CheckpointDetails, CheckpointSummary } from '#domain/summary.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { ReadinessMarks } from '#ui/ReadinessMarks.tsx';
import { SourcedNumber } from '#ui/SourcedNumber.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { texts } from './strings.ts';
import { type RoleTotal, roleTotals, tensorRows } from './tensor-rows.ts';

export interface OverviewProps {
  readonly summary: CheckpointSummary;
  /** `undefined`: its headers are not read, or cannot be. */
  readonly details: CheckpointDetails | undefined;
}

/** What a checkpoint is, as its files say it. */
export function Overview({ summary, details }: OverviewProps) {
  const t = useStrings(texts);
  const formats = useNumberFormats();
  const unknown = <span className={styles.quiet}>{t.unknown}</span>;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t.format, summary.title || unknown],
    [t.writer, details?.writer ?? unknown],
    [t.run, <code key="run">{summary.run || '.'}</code>],
    [t.step, summary.step ? <Source key="step" value={summary.step} /> : unknown],
    [t.epoch, summary.epoch ? <Source key="epoch" value={summary.epoch} /> : unknown],
    [t.saved, summary.file ? formats.date(summary.file.modified) : unknown],
    [t.size, `${formats.bytes(summary.size)} (${formats.count(summary.size)} B)`],
    [t.files, <Files key="files" files={summary.ref.files} />],
    [t.parameters, details ? formats.count(summary.parameters) : unknown],
    [t.tensors, details ? formats.count(summary.tensors) : unknown],
    ...(summary.metrics.length > 0
      ? [[t.metrics, <Metrics key="metrics" metrics={summary.metrics} />] as const]
      : []),
    ...(summary.readiness
      ? [
          [
            t.resumes,
            <ReadinessMarks key="resumes" readiness={summary.readiness} size="full" />,
          ] as const,
        ]
      : []),
  ];
  return (
    <>
      <dl className={styles.list}>
        {facts.map(([term, fact]) => (
          <Fragment key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </Fragment>
        ))}
      </dl>
      {details && <Totals details={details} />}
    </>
  );
}

type Counter = NonNullable<CheckpointSummary['step']>;

function Source({ value }: { value: Counter }) {
  return (
    <>
      <SourcedNumber value={value} /> <code className={styles.quiet}>{value.where}</code>
    </>
  );
}

function Files({ files }: { files: readonly string[] }) {
  return (
    <ul className={styles.plain}>
      {files.map((file) => (
        <li key={file}>
          <code>{file}</code>
        </li>
      ))}
    </ul>
  );
}

function Metrics({ metrics }: { metrics: CheckpointSummary['metrics'] }) {
  const { metric } = useNumberFormats();
  return (
    <ul className={styles.plain}>
      {metrics.map(({ tag, value }) => (
        <li key={tag}>
          <code>{tag}</code> = <SourcedNumber value={value} format={metric} />
        </li>
      ))}
    </ul>
  );
}

function Totals({ details: { tensors } }: { details: CheckpointDetails }) {
  const t = useStrings(texts);
  const { count, bytes } = useNumberFormats();
  const totals = roleTotals(tensorRows(tensors));
  if (totals.length === 0) return null;
  return (
    <table className={styles.totals} aria-label={t.roles}>
      <thead>
        <tr>
          <th scope="col">{t.role}</th>
          <th scope="col">{t.tensors}</th>
          <th scope="col">{t.elements}</th>
          <th scope="col">{t.bytes}</th>
        </tr>
      </thead>
      <tbody>
        {totals.map((total) => (
          <tr key={total.role}>
            <th scope="row">{t[total.role]}</th>
            <td>{count(total.tensors)}</td>
            <td>
              {count(total.elements)}
              {total.distinct < total.elements && (
                <span className={styles.quiet}> ({t.distinct(count(total.distinct))})</span>
              )}
            </td>
            <td>{bytes(total.bytes)}</td>
          </tr>
        ))}
      </tbody>
      {totals.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row">{t.total}</th>
            <td>{count(sumOf(totals, 'tensors'))}</td>
            <td>{count(sumOf(totals, 'elements'))}</td>
            <td>{bytes(sumOf(totals, 'bytes'))}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function sumOf(totals: readonly RoleTotal[], key: 'tensors' | 'elements' | 'bytes'): number {
  return totals.reduce((sum, total) => sum + total[key], 0);
}
