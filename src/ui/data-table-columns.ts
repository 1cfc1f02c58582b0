import type { ReactNode } from 'react';

/** A column of a `DataTable`. */
export interface Column<Row> {
  /** Kept in URLs, for sorting. */
  readonly id: string;
  readonly title: string;
  /** Under the title, quieter. */
  readonly detail?: string | undefined;
  readonly cell: (row: Row) => ReactNode;
  /** What it sorts by; `null` and `NaN` come last either way. Absent: it cannot be sorted. */
  readonly value?: ((row: Row) => number | string | null) | undefined;
  /** Pixels; the least it gets when it `grows`. */
  readonly width: number;
  /** Takes a share of the space that is left over. */
  readonly grows?: boolean;
  /** Right-aligned, digits under digits. */
  readonly numeric?: boolean;
  /** Names the row to screen readers; one column of a table. */
  readonly header?: boolean;
  /** Sorts from high to low at the first click: newest, largest. */
  readonly descendingFirst?: boolean;
}

/** What can be done with columns at their headers, by pointer and by keyboard. */
export interface TableLayout {
  /** @param width in pixels, as it was left */
  readonly onResize: (column: string, width: number) => void;
  /** @param before the column it is to stand before; `null`: at the end */
  readonly onMove: (column: string, before: string | null) => void;
  readonly onHide: (column: string) => void;
}

/** Pixels: a narrower column shows nothing. */
const LEAST_WIDTH = 40;
const MOST_WIDTH = 1200;

/** A width that a column can have. */
export function widthWithin(width: number): number {
  return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, Math.round(width)));
}

/** By which column, and whether from high to low. */
export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** `loss`, or `-loss` from high to low: short, for URLs. */
export function formatSort({ column, descending }: Sort): string {
  return descending ? `-${column}` : column;
}

/** Undoes `formatSort`; `null` for what is no text. */
export function parseSort(text: unknown): Sort | null {
  if (typeof text !== 'string' || text === '' || text === '-') return null;
  const descending = text.startsWith('-');
  return { column: descending ? text.slice(1) : text, descending };
}

/** Pixels that a table needs before it scrolls sideways. */
export function leastWidth(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}
