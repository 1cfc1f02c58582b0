import { classNames } from '#ui/class-names.ts';
import { RunSwatch } from '#ui/RunSwatch.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './RunsTable.module.css';
import type { RunRow } from './rows.ts';
import { texts } from './strings.ts';

export interface NameCellProps {
  readonly row: RunRow;
  readonly isBase: boolean;
  readonly isIndented: boolean;
  readonly onBase: (run: string | null) => void;
}

/** A run: how it is drawn, what it is called, where it is; and the sign that makes it the baseline. */
export function NameCell({ row, isBase, isIndented, onBase }: NameCellProps) {
  const t = useStrings(texts);
  const path = row.run === '' ? t.root : row.run;
  const name = row.name === '' ? t.root : row.name;
  const isNamed = row.details.facts.name !== undefined && row.name !== row.run;
  return (
    <span className={classNames(styles.name, isIndented && styles.indented)}>
      <RunSwatch mark={row.mark} />
      <span className={styles.words} title={path}>
        {visibleText(name)}
        {isNamed && (
          <span className={classNames(styles.second, styles.path)}>{visibleText(path)}</span>
        )}
      </span>
      <button
        type="button"
        className={classNames(styles.pin, isBase && styles.pinned)}
        aria-pressed={isBase}
        aria-label={t.pin(name)}
        title={isBase ? t.unpin : t.pin(name)}
        onClick={() => onBase(isBase ? null : row.run)}
      >
        {isBase ? t.baseline : 'Δ'}
      </button>
    </span>
  );
}
