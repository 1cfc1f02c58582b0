import {
  type ColumnDef,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  type SortFn,
  type Row as TableRow,
  tableFeatures,
  type Updater,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo, useState } from 'react';
import { classNames } from './class-names.ts';
import styles from './DataTable.module.css';
import { DataTableBody } from './DataTableBody.tsx';
import { DataTableHead } from './DataTableHead.tsx';
import { type Column, leastWidth, type Sort, type TableLayout } from './data-table-columns.ts';

export interface DataTableProps<Row> {
  /** Its accessible name. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** Keep the array the same while its contents are: it is sorted once for each new one. */
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** `null`: in the order of `rows`. */
  readonly sort?: Sort | null;
  /** Absent: the headers are no buttons. */
  readonly onSort?: ((sort: Sort | null) => void) | undefined;
  /** Instead of `sort`: by several columns, the first one first. */
  readonly order?: readonly Sort[] | undefined;
  /** Instead of `onSort`: a click with Shift adds a column to those that it is sorted by. */
  readonly onOrder?: ((order: readonly Sort[]) => void) | undefined;
  /** What can be done with columns at their headers. Absent: nothing but sorting. */
  readonly layout?: TableLayout | undefined;
  /** Rows that stand under a row, sorted among themselves; a row that has them may be in `folded`. */
  readonly subRows?: ((row: Row) => readonly Row[] | undefined) | undefined;
  /** Rows whose `subRows` are put away, by id. */
  readonly folded?: ReadonlySet<string> | undefined;
  readonly selection?: Selection<Row> | undefined;
  /** The row that is shown elsewhere on the screen. */
  readonly current?: string | null;
  /** Set back, as of less use than the others. */
  readonly isFaint?: ((row: Row) => boolean) | undefined;
  /** Instead of rows, when there are none. */
  readonly empty?: ReactNode;
  /** More rows will come. */
  readonly busy?: boolean;
}

/** Rows that are chosen by check boxes in a first column. */
export interface Selection<Row> {
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  /** What a row is called in the name of its check box. */
  readonly label: (row: Row) => string;
  /** Why it cannot be chosen; `null` when it can. */
  readonly refusal?: ((row: Row) => string | null) | undefined;
}

const CHECKBOX_WIDTH = 36;

/** Numbers by size, texts as people order them: `epoch_2` before `epoch_10`. */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

type Features = typeof features;

/**
 * A table of up to 10⁵ rows: sorted by its headers, its head in sight while it scrolls, and only the
 * rows in sight drawn. Arrow keys go from row to row in the column that has the focus.
 */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { name, columns, rows, rowId, selection, layout, empty, busy } = props;
  // State, as the body needs it in an effect that runs before a ref of its parent would be set.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [resized, setResized] = useState<Resized | null>(null);
  const { sorted, order, onToggle } = useSorted(props);
  const shown = useMemo(() => withWidth(columns, resized), [columns, resized]);
  const least = leastWidth(shown) + (selection ? CHECKBOX_WIDTH : 0);
  // Where no column takes what is left over, each is as wide as it was made.
  const isExact = layout !== undefined && !shown.some(({ grows }) => grows);

  return (
    // What scrolls must be reachable by keyboard; headers that are buttons see to it themselves.
    <div ref={setScroller} className={styles.scroller} tabIndex={onToggle ? undefined : 0}>
      <table
        aria-label={name}
        aria-rowcount={sorted.length + 1}
        aria-busy={busy}
        className={classNames(styles.table, onToggle && styles.sortable)}
        style={isExact ? { width: least } : { minWidth: least }}
      >
        <colgroup>
          {selection && <col style={{ width: CHECKBOX_WIDTH }} />}
          {shown.map(({ id, width, grows }) => (
            <col key={id} style={grows ? {} : { width }} />
          ))}
        </colgroup>
        <DataTableHead
          columns={shown}
          rows={rows}
          rowId={rowId}
          order={order}
          selection={selection}
          layout={layout}
          onWidth={(id, width) => setResized(width === null ? null : { id, width })}
          onToggle={onToggle}
        />
        <DataTableBody {...props} scroller={scroller} sorted={sorted} />
      </table>
      {rows.length === 0 && !busy && empty && <div className={styles.empty}>{empty}</div>}
    </div>
  );
}

/** A column while its edge is dragged. */
interface Resized {
  readonly id: string;
  readonly width: number;
}

function withWidth<Row>(
  columns: readonly Column<Row>[],
  resized: Resized | null,
): readonly Column<Row>[] {
  if (!resized) return columns;
  return columns.map((column) =>
    column.id === resized.id ? { ...column, width: resized.width, grows: false } : column,
  );
}

/** The rows as they stand under each other, and how their order is changed. */
function useSorted<Row extends RowData>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, sort = null, onSort, onOrder, subRows, folded } = props;
  const order = useMemo(() => props.order ?? (sort ? [sort] : []), [props.order, sort]);
  const definitions = useMemo(() => columns.map(definition<Row>), [columns]);
  const sorting = useMemo(
    () => order.map(({ column, descending }) => ({ id: column, desc: descending })),
    [order],
  );
  const table = useTable<Features, Row>({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    ...(subRows ? { getSubRows: subRows } : {}),
    enableMultiSort: onOrder !== undefined,
    state: { sorting },
    onSortingChange(change: Updater<{ id: string; desc: boolean }[]>) {
      const next = typeof change === 'function' ? change(sorting) : change;
      const sorts = next.map(({ id, desc }) => ({ column: id, descending: desc }));
      onSort?.(sorts[0] ?? null);
      onOrder?.(sorts);
    },
  });
  const top = table.getSortedRowModel().rows;
  const sorted = useMemo(
    () =>
      subRows ? top.flatMap((row) => (folded?.has(row.id) ? [row] : [row, ...row.subRows])) : top,
    [top, subRows, folded],
  );
  const canSort = onSort !== undefined || onOrder !== undefined;
  return {
    sorted,
    order,
    onToggle: canSort
      ? (column: string, isAdded: boolean) =>
          table.getColumn(column)?.toggleSorting(undefined, isAdded)
      : undefined,
  };
}

function definition<Row extends RowData>(column: Column<Row>): ColumnDef<Features, Row> {
  const { id, value, descendingFirst = false } = column;
  return {
    id,
    accessorFn: (row) => known(value?.(row) ?? null),
    enableSorting: value !== undefined,
    sortDescFirst: descendingFirst,
    sortUndefined: 'last',
    sortFn: compare as SortFn<Features, Row>,
  };
}

/** `undefined` is what TanStack Table puts last in both directions. */
function known(value: number | string | null): number | string | undefined {
  return value === null || Number.isNaN(value) ? undefined : value;
}

function compare<Row extends RowData>(
  a: TableRow<Features, Row>,
  b: TableRow<Features, Row>,
  id: string,
): number {
  const left = a.getValue<number | string>(id);
  const right = b.getValue<number | string>(id);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return collator.compare(String(left), String(right));
}
