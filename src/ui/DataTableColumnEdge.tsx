import { type PointerEvent, useRef } from 'react';
import styles from './DataTable.module.css';
import { type Column, widthWithin } from './data-table-columns.ts';

export interface ColumnEdgeProps<Row> {
  readonly column: Column<Row>;
  /** While it is dragged; `null`: it was let go. */
  readonly onWidth: (column: string, width: number | null) => void;
  readonly onResize: (column: string, width: number) => void;
}

/** The end of a header, by which a pointer makes the column wider or narrower; keys do it at the header. */
export function ColumnEdge<Row>({ column, onWidth, onResize }: ColumnEdgeProps<Row>) {
  const { id, width } = column;
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null);

  function at(event: PointerEvent): number | null {
    return start.current && widthWithin(start.current.width + event.clientX - start.current.x);
  }
  function end(event: PointerEvent) {
    const last = at(event);
    start.current = null;
    onWidth(id, null);
    if (last !== null && event.type === 'pointerup') onResize(id, last);
  }
  return (
    <span
      aria-hidden="true"
      className={styles.edge}
      // The header itself can be dragged to another place: not from here.
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={(event) => {
        // Not the asked for but the real width: a column may have taken what was left over.
        const real = event.currentTarget.closest('th')?.offsetWidth ?? width;
        start.current = { x: event.clientX, width: real };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const now = at(event);
        if (now !== null) onWidth(id, now);
      }}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
