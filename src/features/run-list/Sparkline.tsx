import styles from './RunList.module.css';

export interface SparklineProps {
  readonly name: string;
  /** `NaN` where there is no finite value: a gap. */
  readonly values: readonly number[];
  readonly colour: string;
}

const WIDTH = 48;
const HEIGHT = 14;

/** The course of a metric, without a scale. */
export function Sparkline({ name, values, colour }: SparklineProps) {
  return (
    <svg className={styles.spark} viewBox={`-1 -1 ${WIDTH + 2} ${HEIGHT + 2}`} aria-hidden="true">
      <title>{name}</title>
      <path d={sparkPath(values)} style={{ stroke: colour }} />
    </svg>
  );
}

/** In the box of 48 × 14, the least value at its foot. */
function sparkPath(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const min = Math.min(...finite);
  const range = Math.max(...finite) - min || 1;
  const step = WIDTH / Math.max(1, values.length - 1);
  let path = '';
  let isPenDown = false;
  for (const [i, value] of values.entries()) {
    if (Number.isFinite(value)) {
      const y = HEIGHT - ((value - min) / range) * HEIGHT;
      path += `${isPenDown ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    }
    isPenDown = Number.isFinite(value);
  }
  return path;
}
