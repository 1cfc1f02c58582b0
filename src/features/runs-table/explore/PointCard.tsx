import { RunSwatch } from '#ui/RunSwatch.tsx';
import { visibleText } from '#ui/visible-text.ts';
import { useAxisWords } from './axis-words.ts';
import type { ExploreColumn } from './columns.ts';
import styles from './Explore.module.css';
import type { Area } from './scatter-geometry.ts';
import type { Point } from './scatter-points.ts';

export interface PointCardProps {
  readonly point: Point;
  readonly columns: readonly ExploreColumn[];
  readonly area: Area;
}

/** Between the point and its card, in pixels. */
const GAP = 12;

/** A ring around one point, and beside it the run with its values. */
export function PointCard({ point, columns, area }: PointCardProps) {
  const words = useAxisWords();
  const x = area.left + point.x * area.width;
  const y = area.top + (1 - point.y) * area.height;
  const isRight = point.x > 0.6;
  return (
    <>
      <svg
        className={styles.ring}
        style={{ insetInlineStart: x, insetBlockStart: y }}
        aria-hidden="true"
      >
        <circle r="7" cx="10" cy="10" />
      </svg>
      <div
        className={styles.card}
        style={{
          insetBlockStart: y,
          translate: `0 ${(point.y - 1) * 100}%`,
          ...(isRight ? { right: `calc(100% - ${x - GAP}px)` } : { left: x + GAP }),
        }}
        aria-hidden="true"
      >
        <p className={styles.cardName}>
          <RunSwatch mark={point.row.mark} />
          {visibleText(point.row.name)}
        </p>
        <dl>
          {columns.map(({ id, title }) => (
            <div key={id}>
              <dt>{visibleText(title)}</dt>
              <dd>{words.value(point.row.values.get(id) ?? null)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}
