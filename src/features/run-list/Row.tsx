import type { ReactNode } from 'react';
import { classNames } from '#ui/class-names.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './RunList.module.css';
import { texts } from './strings.ts';
import type { TreeRow } from './tree-rows.ts';

/** What a run and a folder have in common in the list. */
export interface RowProps {
  readonly id: string;
  readonly row: TreeRow;
  /** Pixels from the start of the list. */
  readonly top: number;
  /** Where the keyboard is. */
  readonly isActive: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onToggle: () => void;
  readonly onSolo: () => void;
  readonly onFold: () => void;
  readonly onColour: () => void;
}

/** A line of the tree: click shows or hides, the button at its end shows it alone. */
export function Row({ children, ...props }: RowProps & { readonly children: ReactNode }) {
  const t = useStrings(texts);
  const { row, selected } = props;
  const shown = row.runs.filter((run) => selected.has(run)).length;
  const checked = shown === row.runs.length ? 'true' : shown === 0 ? 'false' : 'mixed';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the tree, which has the focus
    <div
      id={props.id}
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-checked={checked}
      aria-expanded={row.hasChildren ? row.isExpanded : undefined}
      className={classNames(styles.row, row.run && styles.run, props.isActive && styles.active)}
      style={{ insetBlockStart: props.top, paddingInlineStart: `${row.level * 0.75}rem` }}
      title={row.title ?? row.path}
      tabIndex={-1}
      onClick={props.onToggle}
    >
      <Arrow {...props} />
      <span aria-hidden="true" className={styles.check} data-checked={checked} />
      {children}
      <button
        type="button"
        tabIndex={-1}
        className={styles.only}
        aria-label={t.onlyLabel(row.label)}
        onClick={(event) => {
          event.stopPropagation();
          props.onSolo();
        }}
      >
        {t.only}
      </button>
    </div>
  );
}

function Arrow({ row, onFold }: RowProps) {
  if (!row.hasChildren) return <span className={styles.noArrow} />;
  return (
    <span
      aria-hidden="true"
      className={styles.arrow}
      data-expanded={row.isExpanded}
      onClick={(event) => {
        event.stopPropagation();
        onFold();
      }}
    />
  );
}
