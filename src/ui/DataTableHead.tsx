import type { DragEvent, KeyboardEvent } from 'react';
import { classNames } from './class-names.ts';
import styles from './DataTable.module.css';
import type { Selection } from './DataTable.tsx';
import { ColumnEdge } from './DataTableColumnEdge.tsx';
import { type Column, type Sort, type TableLayout, widthWithin } from './data-table-columns.ts';
import { dataTableStrings } from './data-table-strings.ts';
import { useStrings } from './strings.ts';

export interface DataTableHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly order: readonly Sort[];
  /** `isAdded`: to the columns that it is sorted by already. */
  readonly onToggle: ((column: string, isAdded: boolean) => void) | undefined;
  readonly selection: Selection<Row> | undefined;
  readonly layout: TableLayout | undefined;
  /** While an edge is dragged; `null`: it was let go. */
  readonly onWidth: (column: string, width: number | null) => void;
}

/** The headers: buttons where the table can be sorted, and one check box for all rows. */
export function DataTableHead<Row>(props: DataTableHeadProps<Row>) {
  const { columns } = props;
  return (
    <thead>
      <tr aria-rowindex={1}>
        <SelectAll {...props} />
        {columns.map((column, at) => (
          <Header key={column.id} column={column} at={at} head={props} />
        ))}
      </tr>
    </thead>
  );
}

interface HeaderProps<Row> {
  readonly column: Column<Row>;
  readonly at: number;
  readonly head: DataTableHeadProps<Row>;
}

function Header<Row>({ column, at, head }: HeaderProps<Row>) {
  const { id, numeric, header, value } = column;
  const { layout, onToggle, order } = head;
  const className = classNames(numeric && styles.numeric, header && styles.corner);
  const sort = order.find((one) => one.column === id);
  const canSort = onToggle !== undefined && value !== undefined;
  const ordered = sort ? (sort.descending ? 'descending' : 'ascending') : 'none';
  return (
    <th
      scope="col"
      className={className}
      data-column={id}
      aria-sort={canSort ? ordered : undefined}
      {...(layout && placing(layout, at, head.columns))}
    >
      <Title column={column} head={head} />
      {layout && <ColumnEdge column={column} onWidth={head.onWidth} onResize={layout.onResize} />}
    </th>
  );
}

function Title<Row>({ column, head }: Omit<HeaderProps<Row>, 'at'>) {
  const words = useStrings(dataTableStrings);
  const { id, title, detail, value } = column;
  const { onToggle, order, layout } = head;
  const rank = order.findIndex((one) => one.column === id);
  const text = (
    <span className={styles.title}>
      {title}
      {detail !== undefined && ' '}
      {detail !== undefined && <span className={styles.detail}>{detail}</span>}
    </span>
  );
  if (!onToggle || !value) return text;
  const sign = order[rank]?.descending ? '↓' : '↑';
  return (
    <button
      type="button"
      className={styles.sort}
      title={layout && words.keys}
      onClick={({ shiftKey }) => onToggle(id, shiftKey)}
    >
      {text}
      {rank >= 0 && (
        <span aria-hidden="true">{order.length > 1 ? `${sign}${rank + 1}` : sign}</span>
      )}
    </button>
  );
}

/** What is dragged says so by this type, and which it is as its data. */
const DRAGGED = 'application/x-cairn-column';

/** How a header is moved among the others, and hidden. */
function placing<Row>(layout: TableLayout, at: number, columns: readonly Column<Row>[]) {
  const own = columns[at]?.id ?? '';
  const columnAt = (place: number) => columns[place]?.id ?? null;
  return {
    draggable: true,
    onDragStart(event: DragEvent) {
      event.dataTransfer.setData(DRAGGED, own);
      event.dataTransfer.effectAllowed = 'move';
    },
    onDragOver(event: DragEvent) {
      if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop(event: DragEvent<HTMLElement>) {
      const dragged = event.dataTransfer.getData(DRAGGED);
      if (dragged === '' || dragged === own) return;
      event.preventDefault();
      const { left, width } = event.currentTarget.getBoundingClientRect();
      const isAfter = event.clientX > left + width / 2;
      layout.onMove(dragged, isAfter ? columnAt(at + 1) : own);
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const header = event.currentTarget;
      const by = event.altKey ? STEPS[event.key] : undefined;
      if (event.key !== 'Delete' && by === undefined) return;
      event.preventDefault();
      if (by === undefined) {
        layout.onHide(own);
        focusColumn(header, columnAt(at + 1) ?? columnAt(at - 1));
      } else if (event.shiftKey) {
        layout.onResize(own, widthWithin(header.offsetWidth + by * WIDTH_STEP));
      } else if (columns[at + by]) {
        layout.onMove(own, columnAt(by > 0 ? at + 2 : at - 1));
        focusColumn(header, own);
      }
    },
  };
}

const STEPS: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Pixels for each key. */
const WIDTH_STEP = 16;

/** Gives a header the focus once it stands where it was moved to. */
function focusColumn(header: HTMLElement, column: string | null): void {
  const head = header.closest('thead');
  setTimeout(() => {
    const moved = [...(head?.querySelectorAll<HTMLElement>('th[data-column]') ?? [])];
    moved
      .find((one) => one.dataset['column'] === column)
      ?.querySelector<HTMLElement>('button')
      ?.focus();
  });
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
