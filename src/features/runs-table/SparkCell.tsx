import styles from './RunsTable.module.css';
import type { RunRow } from './rows.ts';
import { sparkPath } from './spark-path.ts';

const WIDTH = 56;
const HEIGHT = 16;

/** The course of a run's main metric, without a scale. */
export function SparkCell({ row: { main, mark } }: { readonly row: RunRow }) {
  if (!main) return null;
  return (
    <svg
      className={styles.spark}
      viewBox={`-1 -1 ${WIDTH + 2} ${HEIGHT + 2}`}
      role="img"
      aria-label={main.tag}
    >
      <title>{main.tag}</title>
      <path d={sparkPath(main.spark, WIDTH, HEIGHT)} style={{ stroke: mark.colour }} />
    </svg>
  );
}
