import { memo, useId, useState } from 'react';
import { Button } from '#ui/Button.tsx';
import { useStrings } from '#ui/strings.ts';
import { Tooltip } from '#ui/Tooltip.tsx';
import { visibleText } from '#ui/visible-text.ts';
import { Chart } from './Chart.tsx';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import { NumbersTable } from './NumbersTable.tsx';
import { texts } from './strings.ts';
import { useInSight } from './use-in-sight.ts';
import { useSummary } from './use-summary.ts';

export interface MetricCardProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
}

/** Pixels of the plot with its axes. */
const HEIGHT = 208;

/** Runs that the read-out of a card lists. */
const LISTED = 6;

/** One metric of the selected runs. It is drawn while it is in sight. */
export const MetricCard = memo(function MetricCard({ metric, setting }: MetricCardProps) {
  const t = useStrings(texts);
  const id = useId();
  const [ref, isInSight] = useInSight();
  const [isOpen, setOpen] = useState(false);
  const summary = useSummary(metric, setting);
  const { tag, runs } = metric;
  // The same when it is not drawn, or the page would jump while it is scrolled.
  const rows = Math.min(runs.length, LISTED) + (runs.length > LISTED ? 1 : 0);
  return (
    <figure ref={ref} className={styles.card} aria-labelledby={id} aria-describedby={`${id}-words`}>
      <header className={styles.head}>
        <figcaption id={id}>{visibleText(tag)}</figcaption>
        <Tooltip text={t.enlarge(tag)}>
          <Button
            look="quiet"
            isSquare
            aria-label={t.enlarge(tag)}
            onPress={() => setting.onView({ big: tag })}
          >
            <svg className={styles.sign} viewBox="0 0 16 16" aria-hidden="true">
              <path d="M9.5 2.5h4v4M6.5 13.5h-4v-4M13 3L9 7M3 13l4-4" />
            </svg>
          </Button>
        </Tooltip>
      </header>
      <p id={`${id}-words`} className={styles.forScreenReaders}>
        {summary}
      </p>
      <div style={{ minBlockSize: `calc(${HEIGHT}px + ${rows + 1} * 1.25rem)` }}>
        {isInSight && <Chart metric={metric} setting={setting} height={HEIGHT} limit={LISTED} />}
      </div>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className={styles.quiet}>{t.numbers}</summary>
        {isOpen && <NumbersTable metric={metric} setting={setting} />}
      </details>
    </figure>
  );
});
