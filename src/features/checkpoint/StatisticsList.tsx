import { Fragment } from 'react';
import type { TensorStatistics } from '#domain/statistics.ts';
import { classNames } from '#ui/class-names.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { texts } from './strings.ts';

export interface StatisticsListProps {
  readonly statistics: TensorStatistics;
}

const COUNTS = ['count', 'finite', 'nan', 'positiveInfinity', 'negativeInfinity', 'zeros'] as const;
const ALARMING: ReadonlySet<string> = new Set(['nan', 'positiveInfinity', 'negativeInfinity']);
const MOMENTS = ['min', 'max', 'mean', 'std'] as const;

/** Counts and moments of one tensor; what is not finite is said first. */
export function StatisticsList({ statistics }: StatisticsListProps) {
  const t = useStrings(texts);
  const { count, metric } = useNumberFormats();
  const { nan, positiveInfinity, negativeInfinity } = statistics;
  const nonfinite = nan + positiveInfinity + negativeInfinity;
  return (
    <>
      {nonfinite > 0 && (
        <p role="alert" className={styles.danger}>
          {t.nonfinite(count(nonfinite), count(statistics.count))}
        </p>
      )}
      <dl className={styles.statistics} aria-label={t.statistics}>
        {COUNTS.map((key) => (
          <Fragment key={key}>
            <dt>{t[key]}</dt>
            <dd className={classNames(ALARMING.has(key) && statistics[key] > 0 && styles.danger)}>
              {count(statistics[key])}
            </dd>
          </Fragment>
        ))}
        {MOMENTS.map((key) => {
          const value = statistics[key];
          return (
            <Fragment key={key}>
              <dt>{t[key]}</dt>
              <dd title={value === null ? undefined : String(value)}>
                {value === null ? '–' : metric(value)}
              </dd>
            </Fragment>
          );
        })}
      </dl>
    </>
  );
}
