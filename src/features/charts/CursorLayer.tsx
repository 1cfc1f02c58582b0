import { classNames } from '#ui/class-names.ts';
import { type Cursor, useCursor } from './cursor.ts';
import { type DrawnLine, readingsAt } from './drawn-lines.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { placer, toPixel } from './scale.ts';

export interface CursorLayerProps {
  readonly cursor: Cursor;
  /** Where it is held; `null`: it follows the pointer. */
  readonly pinned: number | null;
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
}

/** Dots on more lines than these would hide what they mark. */
const MAX_DOTS = 30;

/** The head of a pin, above the plot. */
const HEAD = 'M-4 0H4L0 6Z';

/** Where all cards' cursor is, and the nearest point of each line. */
export function CursorLayer({ cursor, pinned, lines, geometry }: CursorLayerProps) {
  const x = useCursor(cursor, pinned);
  const { width, height, scales } = geometry;
  const [from, to] = scales.x.domain;
  if (x === null || x < from || x > to) return null;
  const left = toPixel(scales.x, x);
  const readings = lines.length > MAX_DOTS ? [] : readingsAt(lines, x);
  const [across, up] = [placer(scales.x), placer(scales.y)];
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true">
      <line
        className={classNames(styles.cursor, pinned !== null && styles.pinned)}
        x1={left}
        x2={left}
        y1={EDGES.top}
        y2={height - EDGES.bottom}
      />
      {pinned !== null && (
        <path
          className={styles.pinHead}
          d={HEAD}
          transform={`translate(${left} ${EDGES.top - 6})`}
        />
      )}
      {readings.map(({ line, x, value, smoothed }) => {
        const top = up(smoothed ?? value);
        const isInside = top >= EDGES.top - 1 && top <= height - EDGES.bottom + 1;
        if (!isInside || x < from || x > to) return null;
        return (
          <circle
            key={line.run}
            className={styles.dot}
            cx={across(x)}
            cy={top}
            r="3"
            style={{ fill: line.mark.colour }}
          />
        );
      })}
    </svg>
  );
}
