import { classNames } from '#ui/class-names.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { remarkWords, runStateWords } from '#ui/run-state-words.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { RunDetails } from '#workers/api.ts';
import { type Delta, deltaOf, deltaWords } from './delta.ts';
import { useFormat } from './number-format.ts';
import styles from './RunsTable.module.css';
import type { Reading } from './read-column.ts';
import type { RunRow } from './rows.ts';
import type { RunColumn } from './run-columns.ts';
import { texts } from './strings.ts';

export interface CellProps {
  readonly column: RunColumn;
  readonly row: RunRow;
  /** The run that others are compared with; `null`: none, or this one. */
  readonly base: RunRow | null;
}

/** What a run has in a column that is neither its name nor its state. */
export function ValueCell({ column, row, base }: CellProps) {
  const t = useStrings(texts);
  const reading = column.read(row);
  const compared = base && column.read(base);
  if (column.kind === 'category' || typeof reading.value === 'string')
    return <TextCell column={column} row={row} base={base} />;
  if (reading.value === null) {
    const raw =
      column.spec.kind === 'configuration' ? row.details.configuration[column.spec.key] : 0;
    // `null` is what the configuration says; nothing is what it does not.
    if (raw === null) return <span className={styles.quiet}>null</span>;
    return (
      <span
        className={classNames(
          styles.quiet,
          compared?.value != null && isConfigured(column) && styles.differs,
        )}
      >
        <span aria-hidden="true" title={t.missing}>
          –
        </span>
        <span className={styles.forScreenReaders}>{t.missing}</span>
      </span>
    );
  }
  return (
    <NumberCell
      column={column}
      row={row}
      reading={{ ...reading, value: reading.value }}
      compared={compared}
    />
  );
}

const isConfigured = ({ source }: RunColumn) => source === 'configuration';

interface NumberCellProps {
  readonly column: RunColumn;
  readonly row: RunRow;
  readonly reading: Reading & { readonly value: number };
  readonly compared: Reading | null;
}

function NumberCell({ column, row, reading, compared }: NumberCellProps) {
  const t = useStrings(texts);
  const formats = useNumberFormats();
  const format = useFormat(column);
  const { value, step } = reading;
  const { spec } = column;
  const asked = spec.kind === 'metric' && (spec.value === 'at' || spec.value === 'cursor');
  const isElsewhere = asked && step !== null && step !== spec.step;
  // What was configured is not better or worse, and seeds are no quantities: it differs or not.
  const delta =
    compared && !isConfigured(column) ? deltaOf(value, compared.value, column.better) : null;
  const differs = compared && isConfigured(column) && compared.value !== value;
  return (
    <span title={useNumberTitle({ column, row, reading, compared: differs ? compared : null })}>
      <span className={classNames(differs && styles.differs)}>{format(value)}</span>
      {isElsewhere && <span className={styles.second}>{t.stepShort(formats.step(step))}</span>}
      {delta && <DeltaLine delta={delta} format={format} />}
    </span>
  );
}

/** All digits, where it is from, and what the baseline has instead, where `compared` is given. */
function useNumberTitle({ column, row, reading, compared }: NumberCellProps): string | undefined {
  const t = useStrings(texts);
  const formats = useNumberFormats();
  const format = useFormat(column);
  const { value, step } = reading;
  const info = column.spec.kind === 'metric' ? row.metrics.get(column.spec.tag) : undefined;
  const isShort = Number.isFinite(value) && format(value) !== String(value);
  const parts = [
    ...(isShort ? [t.exactly(String(value))] : []),
    ...(step === null ? [] : [t.fromStep(formats.step(step))]),
    ...(compared ? [t.differs(numberWords(compared.value, format, t.missing))] : []),
    ...(info && info.nonfinite > 0
      ? [t.nonfinite(formats.count(info.nonfinite), formats.count(info.count))]
      : []),
  ];
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

function numberWords(
  value: number | string | null,
  format: (value: number) => string,
  missing: string,
): string {
  return typeof value === 'number' ? format(value) : (value ?? missing);
}

function DeltaLine({ delta, format }: { delta: Delta; format: (value: number) => string }) {
  const t = useStrings(texts);
  const { verdict } = delta;
  return (
    <span
      className={classNames(styles.second, verdict && styles[verdict])}
      title={verdict ? t[verdict] : undefined}
    >
      {deltaWords(delta, format)}
    </span>
  );
}

function TextCell({ column, row, base }: CellProps) {
  const t = useStrings(texts);
  const { value } = column.read(row);
  const other = base && column.read(base).value;
  const differs = base !== null && isConfigured(column) && value !== other;
  const title = differs ? t.differs(other === null ? t.missing : String(other)) : undefined;
  if (value === null)
    return (
      <span title={title} className={classNames(styles.quiet, differs && styles.differs)}>
        <span aria-hidden="true">–</span>
        <span className={styles.forScreenReaders}>{t.missing}</span>
      </span>
    );
  return (
    <span
      className={classNames(styles.text, differs && styles.differs)}
      title={title ?? String(value)}
    >
      {visibleText(String(value))}
    </span>
  );
}

/** Where a run stands; what was noticed beside it stands below, quietly. */
export function StateCell({ details }: { readonly details: RunDetails }) {
  const t = useStrings(texts);
  const language = useLanguage();
  const { state, done, facts } = details;
  const isBad = state.kind === 'diverged' || state.kind === 'failed';
  if (!done && !isBad) return <span className={styles.quiet}>{t.waiting}</span>;
  const { words, rule } = runStateWords(state, language);
  return (
    <span title={rule}>
      <span className={classNames(isBad && styles.bad)}>{words}</span>
      {facts.isDeleted && <span className={styles.second}>{t.deleted}</span>}
      {done &&
        state.remarks.map((remark) => {
          const notice = remarkWords(remark, language);
          return (
            <span key={remark.kind} className={styles.second} title={notice.rule}>
              {notice.words}
            </span>
          );
        })}
    </span>
  );
}
