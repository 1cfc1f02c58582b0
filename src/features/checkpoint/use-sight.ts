import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect } from 'react';
import type { Plane } from '#domain/tensor-plane.ts';
import type { Cell } from './grid-keys.ts';
import type { Sight } from './use-values.ts';

/** Pixels, as the style sheet has them. */
export const ROW_HEIGHT = 22;
export const COLUMN_WIDTH = 92;
export const HEAD_WIDTH = 76;

/** Up to here all cells are drawn. */
const DRAWN_WHOLE = 400;

/** A browser does not lay out what is higher or wider, in rows and in columns. */
const MAX_ROWS = 400_000;
const MAX_COLUMNS = 100_000;

/** A row or a column that is drawn, and where: pixels from the start of what is laid out. */
export interface Line {
  readonly index: number;
  readonly start: number;
}

export interface Grid {
  readonly rows: readonly Line[];
  readonly columns: readonly Line[];
  /** Pixels of all that is laid out. */
  readonly height: number;
  readonly width: number;
  readonly sight: Sight;
  /** What is laid out of a plane that is too large: rows and columns `[from, to)`; else `null`. */
  readonly window: Sight | null;
}

/** Rows and columns in sight; the active cell is scrolled into it. */
export function useSight(
  plane: Plane,
  { row, column }: Cell,
  scroller: RefObject<HTMLDivElement | null>,
): Grid {
  const top = Math.floor(row / MAX_ROWS) * MAX_ROWS;
  const left = Math.floor(column / MAX_COLUMNS) * MAX_COLUMNS;
  const down = Math.min(MAX_ROWS, plane.rows - top);
  const across = Math.min(MAX_COLUMNS, plane.columns - left);
  const whole = down * across <= DRAWN_WHOLE;
  const shared = { enabled: !whole, getScrollElement: () => scroller.current };
  const rows = useVirtualizer({
    ...shared,
    count: down,
    estimateSize: () => ROW_HEIGHT,
    scrollPaddingStart: ROW_HEIGHT,
    overscan: 4,
  });
  const columns = useVirtualizer({
    ...shared,
    horizontal: true,
    count: across,
    estimateSize: () => COLUMN_WIDTH,
    scrollPaddingStart: HEAD_WIDTH,
    overscan: 2,
  });
  useEffect(() => {
    if (whole) return;
    rows.scrollToIndex(row - top);
    columns.scrollToIndex(column - left);
  }, [rows, columns, whole, row, column, top, left]);

  const shownRows = linesOf(whole ? evenly(down, ROW_HEIGHT) : rows.getVirtualItems(), top);
  const shownColumns = linesOf(
    whole ? evenly(across, COLUMN_WIDTH) : columns.getVirtualItems(),
    left,
  );
  const isCut = down < plane.rows || across < plane.columns;
  return {
    rows: shownRows,
    columns: shownColumns,
    height: down * ROW_HEIGHT,
    width: across * COLUMN_WIDTH,
    sight: { rows: spanOf(shownRows), columns: spanOf(shownColumns) },
    window: isCut ? { rows: [top, top + down], columns: [left, left + across] } : null,
  };
}

function evenly(count: number, size: number): readonly Line[] {
  return Array.from({ length: count }, (_, index) => ({ index, start: index * size }));
}

function linesOf(items: readonly Line[], from: number): readonly Line[] {
  return items.map(({ index, start }) => ({ index: index + from, start }));
}

function spanOf(lines: readonly Line[]): readonly [number, number] {
  const [first] = lines;
  const last = lines.at(-1);
  return first && last ? [first.index, last.index + 1] : [0, 0];
}
