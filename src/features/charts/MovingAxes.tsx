import { classNames } from '#ui/class-names.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { placer } from './scale.ts';

export interface MovingAxesProps {
  readonly geometry: Geometry;
}

/** Pixels from the axis to its labels, as recharts sets them. */
const TICK = 4;
const LABEL = 8;
/** recharts sets a label this far below the end of its tick, in parts of the font's size. */
const DROP = '0.71em';
const RAISE = '0.355em';

/** Pixels: nearer to the ends of the axis, a label would be cut off. */
const EDGE = 4;

/** The axes while they move: what recharts draws when they rest, but quick enough for every frame. */
export function MovingAxes({ geometry }: MovingAxesProps) {
  const { width, height, scales, xTicks, yTicks } = geometry;
  const across = placer(scales.x);
  const up = placer(scales.y);
  const bottom = height - EDGES.bottom;
  const right = width - EDGES.right;
  return (
    <svg
      className={classNames(styles.layer, styles.axes)}
      width={width}
      height={height}
      aria-hidden="true"
    >
      <g className={styles.axisLines}>
        {yTicks.at.map((tick) => (
          <line key={tick} x1={EDGES.left} x2={right} y1={up(tick)} y2={up(tick)} />
        ))}
        <line x1={EDGES.left} x2={right} y1={bottom} y2={bottom} />
        {xTicks.at.map((tick) => (
          <line key={tick} x1={across(tick)} x2={across(tick)} y1={bottom} y2={bottom + TICK} />
        ))}
      </g>
      <g textAnchor="middle">
        {xTicks.at.map((tick) => (
          <text key={tick} x={Math.min(across(tick), width - EDGE)} y={bottom + LABEL} dy={DROP}>
            {xTicks.label(tick)}
          </text>
        ))}
      </g>
      <g textAnchor="end">
        {yTicks.at.map((tick) => (
          <text key={tick} x={EDGES.left - LABEL} y={up(tick)} dy={RAISE}>
            {yTicks.label(tick)}
          </text>
        ))}
      </g>
    </svg>
  );
}
