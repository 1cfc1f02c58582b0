import { useId } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import { MetricCard } from './MetricCard.tsx';
import type { MetricGroup } from './metric-groups.ts';
import { texts } from './strings.ts';

export interface MetricGroupSectionProps {
  readonly group: MetricGroup;
  readonly setting: ChartSetting;
}

/** The metrics of one prefix, which can be folded away. */
export function MetricGroupSection({ group, setting }: MetricGroupSectionProps) {
  const t = useStrings(texts);
  const id = useId();
  const { count } = useNumberFormats();
  const { prefix, metrics } = group;
  return (
    <details open className={styles.group} aria-labelledby={id}>
      <summary>
        <h2 id={id}>{prefix === '' ? t.others : prefix}</h2>
        <span className={styles.quiet}>{count(metrics.length)}</span>
      </summary>
      <div className={styles.cards}>
        {metrics.map((metric) => (
          <MetricCard key={metric.tag} metric={metric} setting={setting} />
        ))}
      </div>
    </details>
  );
}
