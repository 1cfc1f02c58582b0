import { memo } from 'react';
import { classNames } from './class-names.ts';
import styles from './DataTable.module.css';
import type { Selection } from './DataTable.tsx';
import type { Column } from './data-table-columns.ts';
import { dataTableStrings } from './data-table-strings.ts';
import { useStrings } from './strings.ts';

export interface DataTableRowProps<Row> {
  readonly row: Row;
  readonly id: string;
  /** From 0, as sorted. */
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly selection: Selection<Row> | undefined;
  readonly isCurrent: boolean;
  readonly isFaint: boolean;
  readonly measure: ((row: HTMLTableRowElement | null) => void) | undefined;
}

/** Drawn again only when something of it changes: scrolling draws the new rows alone. */
export const DataTableRow = memo(PlainRow) as typeof PlainRow;

function PlainRow<Row>(props: DataTableRowProps<Row>) {
  const { row, id, index, measure, columns, selection, isCurrent, isFaint } = props;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      aria-current={isCurrent || undefined}
      aria-selected={selection ? selection.selected.has(id) : undefined}
      className={classNames(isCurrent && styles.current, isFaint && styles.faint)}
    >
      {selection && <Choice row={row} id={id} selection={selection} />}
      {columns.map((column) => {
        const className = classNames(column.numeric && styles.numeric);
        const content = column.cell(row);
        return column.header ? (
          <th key={column.id} scope="row" className={className}>
            {content}
          </th>
        ) : (
          <td key={column.id} className={className}>
            {content}
          </td>
        );
      })}
    </tr>
  );
}

interface ChoiceProps<Row> {
  readonly row: Row;
  readonly id: string;
  readonly selection: Selection<Row>;
}

function Choice<Row>({ row, id, selection }: ChoiceProps<Row>) {
  const words = useStrings(dataTableStrings);
  const { selected, onSelect, label, refusal } = selection;
  const refused = refusal?.(row) ?? null;
  const checked = selected.has(id) && refused === null;
  function toggle() {
    const others = [...selected].filter((other) => other !== id);
    onSelect(new Set(checked ? others : [...others, id]));
  }
  return (
    <td className={styles.choice}>
      <input
        type="checkbox"
        aria-label={words.select(label(row))}
        aria-description={refused ?? undefined}
        title={refused ?? undefined}
        disabled={refused !== null}
        checked={checked}
        onChange={toggle}
      />
    </td>
  );
}
