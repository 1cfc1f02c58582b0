import { classNames } from './class-names.ts';
import styles from './DataTable.module.css';
import type { DataTableProps, Selection } from './DataTable.tsx';
import { dataTableStrings } from './data-table-strings.ts';
import { useStrings } from './strings.ts';

export interface DataTableRowProps<Row> extends DataTableProps<Row> {
  readonly row: Row;
  readonly id: string;
  /** From 0, as sorted. */
  readonly index: number;
  readonly measure: ((row: HTMLTableRowElement | null) => void) | undefined;
}

export function DataTableRow<Row>(props: DataTableRowProps<Row>) {
  const { row, id, index, measure, columns, selection, current, isFaint } = props;
  const isCurrent = current === id;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      aria-current={isCurrent || undefined}
      aria-selected={selection ? selection.selected.has(id) : undefined}
      className={classNames(isCurrent && styles.current, isFaint?.(row) && styles.faint)}
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
