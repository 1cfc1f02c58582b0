import styles from './RunSwatch.module.css';
import type { RunMark } from './run-marks.ts';

export interface RunSwatchProps {
  readonly mark: RunMark;
}

/** A piece of the line by which a run is drawn; its name stands beside it. */
export function RunSwatch({ mark }: RunSwatchProps) {
  return (
    <svg className={styles.swatch} viewBox="0 0 20 10" aria-hidden="true">
      <line
        x1="0"
        y1="5"
        x2="20"
        y2="5"
        style={{ stroke: mark.colour }}
        strokeDasharray={mark.dash.join(' ')}
      />
    </svg>
  );
}
