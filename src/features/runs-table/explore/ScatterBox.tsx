import { spanOf } from './axis.ts';
import styles from './Explore.module.css';
import { type Area, type Drag, outerHeight } from './scatter-geometry.ts';
import type { ScatterPoints } from './scatter-points.ts';
import type { Box } from './view.ts';

export interface ScatterBoxProps {
  readonly points: ScatterPoints;
  readonly box: Box | null;
  /** Drawn instead of the box while it lasts. */
  readonly drag: Drag | null;
  readonly area: Area;
}

/** A box around a single point still shows. */
const LEAST = 8;

export function ScatterBox({ points, box, drag, area }: ScatterBoxProps) {
  const spans = drag
    ? ([sorted(drag.from[0], drag.to[0]), sorted(drag.from[1], drag.to[1])] as const)
    : box && ([spanOf(points.across, box.across), spanOf(points.up, box.up)] as const);
  const [across, up] = spans ?? [null, null];
  if (!across || !up) return null;
  const width = Math.max(LEAST, (across[1] - across[0]) * area.width);
  const height = Math.max(LEAST, (up[1] - up[0]) * area.height);
  return (
    <svg
      className={styles.layer}
      width={area.left + area.width}
      height={outerHeight(area)}
      aria-hidden="true"
    >
      <rect
        className={styles.drag}
        x={area.left + ((across[0] + across[1]) / 2) * area.width - width / 2}
        y={area.top + (1 - (up[0] + up[1]) / 2) * area.height - height / 2}
        width={width}
        height={height}
      />
    </svg>
  );
}

function sorted(a: number, b: number): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}
