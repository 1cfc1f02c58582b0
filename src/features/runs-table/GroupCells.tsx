import { classNames } from '#ui/class-names.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { useFormat } from './number-format.ts';
import styles from './RunsTable.module.css';
import type { RunColumn } from './run-columns.ts';
import { type Texts, texts } from './strings.ts';
import type { GroupLine } from './table-rows.ts';

export interface GroupNameCellProps {
  readonly line: GroupLine;
  readonly isFolded: boolean;
  readonly onFold: (isFolded: boolean) => void;
}

export function GroupNameCell({ line, isFolded, onFold }: GroupNameCellProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const label = visibleText(line.group.label || t.everything);
  return (
    <span className={styles.name}>
      <button
        type="button"
        className={styles.fold}
        aria-expanded={!isFolded}
        aria-label={isFolded ? t.unfold(label) : t.fold(label)}
        onClick={() => onFold(!isFolded)}
      >
        <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span>
      </button>
      <span className={styles.words}>
        <span className={styles.group}>{label}</span>
        <span className={styles.second}>
          {t.size(count(line.lines.length), line.lines.length === 1)}
        </span>
      </span>
    </span>
  );
}

/** What the runs of a group have in a column: mean ± std with n, or what they all have. */
export function AggregateCell({ column, line }: { column: RunColumn; line: GroupLine }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const format = useFormat(column);
  const aggregate = line.aggregate(column);
  switch (aggregate.kind) {
    case 'none':
      return (
        <span className={styles.quiet}>
          <span aria-hidden="true">–</span>
          <span className={styles.forScreenReaders}>{t.missing}</span>
        </span>
      );
    case 'same':
      if (typeof aggregate.value === 'number') return format(aggregate.value);
      return textOfValue(column, aggregate.value, t);
    case 'several':
      return <span className={styles.quiet}>{t.values(count(aggregate.count))}</span>;
    case 'nonfinite':
      return <span className={styles.bad}>{t.noneFinite(count(aggregate.n))}</span>;
    case 'mean':
      return column.source === 'configuration' ? (
        <span className={styles.quiet}>
          {t.range(format(aggregate.least), format(aggregate.greatest))}
        </span>
      ) : (
        <MeanCell column={column} line={line} aggregate={aggregate} />
      );
  }
}

function textOfValue({ id }: RunColumn, value: string, t: Texts): string {
  const state = id === 'state' ? STATES.find((one) => one === value) : undefined;
  return state ? t[state] : visibleText(value);
}

const STATES = ['running', 'finished', 'failed', 'diverged', 'stalled', 'empty'] as const;

interface MeanCellProps {
  readonly column: RunColumn;
  readonly line: GroupLine;
  readonly aggregate: Extract<ReturnType<GroupLine['aggregate']>, { kind: 'mean' }>;
}

function MeanCell({ column, line, aggregate }: MeanCellProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const format = useFormat(column);
  const { mean, std, n, nonfinite, best, least, greatest } = aggregate;
  const bestRun = line.lines.find(({ id }) => id === best?.run)?.row.name ?? best?.run ?? '';
  const title = [
    t.meanTitle(count(n), format(least), format(greatest)),
    ...(best ? [t.bestOf(format(best.value), bestRun)] : []),
  ].join('\n');
  return (
    <span title={title}>
      {format(mean)}
      {std !== null && <span className={styles.std}> ± {format(Number(std.toPrecision(3)))}</span>}
      <span className={classNames(styles.second)}>
        {t.meanOf(count(n))}
        {best && ` · ${t.best} ${format(best.value)}`}
      </span>
      {nonfinite > 0 && (
        <span className={classNames(styles.second, styles.bad)}>{t.leftOut(count(nonfinite))}</span>
      )}
    </span>
  );
}
