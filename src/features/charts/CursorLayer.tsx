import { type Cursor, useCursor } from './cursor.ts';
import { type DrawnLine, readingsAt } from './drawn-lines.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { toPixel } from './scale.ts';

export interface CursorLayerProps {
  readonly cursor: Cursor;
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
}

/** Dots on more lines than these would hide what they mark. */
const MAX_DOTS = 30;

/** Where all cards' cursor is, and the nearest point of each line. */
export function CursorLayer({ cursor, lines, geometry }: CursorLayerProps) {
  const x = useCursor(cursor);
  const { width, height, scales } = geometry;
  const [from, to] = scales.x.domain;
  if (x === null || x < from || x > to) return null;
  const left = toPixel(scales.x, x);
  const readings = lines.length > MAX_DOTS ? [] : readingsAt(lines, x);
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true">
      <line
        className={styles.cursor}
        x1={left}
        x2={left}
        y1={EDGES.top}
        y2={height - EDGES.bottom}
      />
      {readings.map(({ line, x, value, smoothed }) => {
        const top = toPixel(scales.y, smoothed ?? value);
        if (!Number.isFinite(top) || x < from || x > to) return null;
        return (
          <circle
            key={line.run}
            className={styles.dot}
            cx={toPixel(scales.x, x)}
            cy={top}
            r="3"
            style={{ fill: line.mark.colour }}
          />
        );
      })}
    </svg>
  );
}
