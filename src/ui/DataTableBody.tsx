import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  Fragment,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import styles from './DataTable.module.css';
import type { DataTableProps } from './DataTable.tsx';
import { DataTableRow } from './DataTableRow.tsx';

export interface DataTableBodyProps<Row> extends DataTableProps<Row> {
  readonly scroller: HTMLDivElement | null;
  readonly sorted: readonly { readonly id: string; readonly original: Row }[];
}

/** Up to here all rows are drawn: the page can be searched and printed, and that costs little. */
const DRAWN_WHOLE = 200;
/** Pixels, before a row has been measured. */
const ROW_HEIGHT = 33;
const OVERSCAN = 12;

/** Where each key leads from row `at` of `count`. */
const STEPS: Readonly<Record<string, (at: number, count: number, page: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, _, page) => at + page,
  PageUp: (at, _, page) => at - page,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** The rows in sight, and empty space instead of the others. */
export function DataTableBody<Row>(props: DataTableBodyProps<Row>) {
  const { sorted, scroller, columns, selection } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const virtual = sorted.length > DRAWN_WHOLE;
  const height = useRowHeight(body, virtual && scroller !== null);
  // The same functions while they say the same: others make every place be computed again.
  const getItemKey = useCallback((index: number) => sorted[index]?.id ?? index, [sorted]);
  const estimateSize = useCallback(() => height, [height]);
  const virtualizer = useVirtualizer({
    count: sorted.length,
    enabled: virtual,
    getScrollElement: () => scroller,
    estimateSize,
    getItemKey,
    overscan: OVERSCAN,
    // The row with the focus stays, or the focus would be lost when it scrolls out of sight.
    rangeExtractor: (range) => withIndex(defaultRangeExtractor(range), focused, range.count),
  });
  const items = virtual
    ? virtualizer.getVirtualItems()
    : sorted.map((_, index) => ({ index, start: 0, end: 0 }));
  const width = columns.length + (selection ? 1 : 0);

  function move(event: KeyboardEvent<HTMLElement>) {
    const step = STEPS[event.key];
    const target = event.target as HTMLElement;
    const from = target.closest('tr');
    if (!step || !from || isTyping(target) || event.altKey || event.metaKey) return;
    event.preventDefault();
    const page = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / height) - 2);
    const wanted = step(Number(from.dataset['index']), sorted.length, page);
    const index = Math.min(Math.max(wanted, 0), sorted.length - 1);
    const cell = target.closest('td, th') as HTMLTableCellElement | null;
    if (virtual) virtualizer.scrollToIndex(index);
    focusWhenDrawn(body, index, cell?.cellIndex ?? 0);
  }

  let end = 0;
  return (
    <tbody
      ref={body}
      onKeyDown={move}
      onFocus={({ target }) => setFocused(Number(target.closest('tr')?.dataset['index'] ?? 0))}
      onBlur={() => setFocused(null)}
    >
      {items.map(({ index, start, end: next }) => {
        const row = sorted[index];
        const gap = start - end;
        end = next;
        return (
          row && (
            <Fragment key={row.id}>
              <Gap height={gap} width={width} />
              <DataTableRow
                row={row.original}
                id={row.id}
                index={index}
                columns={columns}
                selection={selection}
                isCurrent={props.current === row.id}
                isFaint={props.isFaint?.(row.original) ?? false}
                measure={virtual ? virtualizer.measureElement : undefined}
              />
            </Fragment>
          )
        );
      })}
      {virtual && <Gap height={virtualizer.getTotalSize() - end} width={width} />}
    </tbody>
  );
}

/**
 * What a row mostly takes. Each row that turns out otherwise makes the places of all that follow be
 * computed again: 12 ms for 10⁵ rows, on every frame of scrolling.
 */
function useRowHeight(body: RefObject<HTMLTableSectionElement | null>, isDrawn: boolean): number {
  const [height, setHeight] = useState(ROW_HEIGHT);
  useEffect(() => {
    if (!isDrawn) return;
    // The first rows come a frame later, when it is known how much is in sight.
    const frame = requestAnimationFrame(() => {
      const row = body.current?.querySelector<HTMLElement>('tr[data-index]');
      if (row && row.offsetHeight > 0) setHeight(row.offsetHeight);
    });
    return () => cancelAnimationFrame(frame);
  }, [body, isDrawn]);
  return height;
}

function Gap({ height, width }: { height: number; width: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it can have the focus
    <tr aria-hidden="true" className={styles.gap}>
      <td colSpan={width} style={{ height }} />
    </tr>
  );
}

function withIndex(range: readonly number[], index: number | null, count: number): number[] {
  if (index === null || index >= count || range.includes(index)) return [...range];
  return [...range, index].sort((a, b) => a - b);
}

function isTyping(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && target.type !== 'checkbox';
}

/** A row that was out of sight is in the document one or two frames after it was scrolled to. */
function focusWhenDrawn(
  body: RefObject<HTMLTableSectionElement | null>,
  index: number,
  column: number,
  frames = 4,
): void {
  const row = body.current?.querySelector(
    `tr[data-index="${index}"]`,
  ) as HTMLTableRowElement | null;
  const inColumn = row?.cells[column]?.querySelector<HTMLElement>(CONTROLS);
  const control = inColumn ?? row?.querySelector<HTMLElement>(CONTROLS);
  if (control) {
    control.focus({ preventScroll: false });
  } else if (frames > 0) {
    requestAnimationFrame(() => focusWhenDrawn(body, index, column, frames - 1));
  }
}

const CONTROLS = 'a[href], button:not(:disabled), input:not(:disabled)';
