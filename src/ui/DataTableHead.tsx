import { classNames } from './class-names.ts';
import styles from './DataTable.module.css';
import type { Selection } from './DataTable.tsx';
import type { Column, Sort } from './data-table-columns.ts';
import { dataTableStrings } from './data-table-strings.ts';
import { useStrings } from './strings.ts';

export interface DataTableHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly sort: Sort | null;
  readonly onToggle: ((column: string) => void) | undefined;
  readonly selection: Selection<Row> | undefined;
}

/** The headers: buttons where the table can be sorted, and one check box for all rows. */
export function DataTableHead<Row>(props: DataTableHeadProps<Row>) {
  const { columns, sort, onToggle } = props;
  return (
    <thead>
      <tr aria-rowindex={1}>
        <SelectAll {...props} />
        {columns.map((column) => (
          <Header
            key={column.id}
            column={column}
            sort={sort?.column === column.id ? sort : null}
            onToggle={onToggle}
          />
        ))}
      </tr>
    </thead>
  );
}

interface HeaderProps<Row> {
  readonly column: Column<Row>;
  readonly sort: Sort | null;
  readonly onToggle: ((column: string) => void) | undefined;
}

function Header<Row>({ column, sort, onToggle }: HeaderProps<Row>) {
  const { id, title, value, numeric } = column;
  const className = classNames(numeric && styles.numeric);
  if (!onToggle || !value) {
    return (
      <th scope="col" className={className}>
        <span className={styles.title}>{title}</span>
      </th>
    );
  }
  const order = sort && (sort.descending ? 'descending' : 'ascending');
  return (
    <th scope="col" className={className} aria-sort={order ?? 'none'}>
      <button type="button" className={styles.sort} onClick={() => onToggle(id)}>
        <span className={styles.title}>{title}</span>
        {order && <span aria-hidden="true">{order === 'descending' ? '↓' : '↑'}</span>}
      </button>
    </th>
  );
}

function SelectAll<Row>({ rows, rowId, selection }: DataTableHeadProps<Row>) {
  const words = useStrings(dataTableStrings);
  if (!selection) return null;
  const { selected, onSelect, refusal } = selection;
  const open = rows.filter((row) => !refusal?.(row)).map(rowId);
  const count = open.filter((id) => selected.has(id)).length;
  const all = count === open.length && count > 0;
  return (
    <th scope="col" className={styles.choice}>
      <input
        type="checkbox"
        aria-label={words.selectAll}
        disabled={open.length === 0}
        checked={all}
        ref={(box) => {
          if (box) box.indeterminate = count > 0 && !all;
        }}
        onChange={() => onSelect(new Set(all ? [] : open))}
      />
    </th>
  );
}
