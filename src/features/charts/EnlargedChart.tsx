import { Dialog } from '#ui/Dialog.tsx';
import { Chart } from './Chart.tsx';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import { NumbersTable } from './NumbersTable.tsx';
import { PointsTable } from './PointsTable.tsx';

export interface EnlargedChartProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
}

/** Of the window, so that the read-out below is in sight too. */
const SHARE = 0.5;
const LEAST = 240;

/** One metric over the whole page, with every run in its read-out. */
export function EnlargedChart({ metric, setting }: EnlargedChartProps) {
  const height = Math.max(LEAST, Math.round(window.innerHeight * SHARE));
  return (
    <Dialog title={metric.tag} isOpen width="wide" onClose={() => setting.onView({ big: null })}>
      <figure className={styles.enlarged} aria-label={metric.tag}>
        <Chart metric={metric} setting={setting} height={height} limit={Number.POSITIVE_INFINITY} />
        <NumbersTable metric={metric} setting={setting} />
        <PointsTable metric={metric} setting={setting} />
      </figure>
    </Dialog>
  );
}
