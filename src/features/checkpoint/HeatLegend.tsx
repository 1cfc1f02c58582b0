import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './ValuesGrid.module.css';
import { valueStrings } from './value-strings.ts';

export interface HeatLegendProps {
  /** Where the colours end, both ways from 0. */
  readonly limit: number;
}

/** What the colours of values mean. */
export function HeatLegend({ limit }: HeatLegendProps) {
  const t = useStrings(valueStrings);
  const { metric } = useNumberFormats();
  if (limit <= 0) return null;
  return (
    <span role="img" aria-label={t.legend(metric(-limit), metric(limit))} className={styles.legend}>
      <span>≤ {metric(-limit)}</span>
      <span className={styles.scale} />
      <span>{metric(limit)} ≤</span>
    </span>
  );
}
