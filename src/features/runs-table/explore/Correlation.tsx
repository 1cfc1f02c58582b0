import { useMemo } from 'react';
import type { Untold } from '#domain/correlation.ts';
import { EmptyState } from '#ui/EmptyState.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { ColumnSelect } from './ColumnSelect.tsx';
import { CorrelationRow, coefficient } from './CorrelationRow.tsx';
import type { ExploreColumn } from './columns.ts';
import { correlations, type NotTold, type Told } from './correlation-rows.ts';
import styles from './Explore.module.css';
import type { ExploreProps } from './props.ts';
import { texts } from './strings.ts';
import { useBrushed } from './use-brushed.ts';

/** Which keys of the configuration go together with a metric, the strongest first. */
export function Correlation({ columns, rows, view, onView, onScatter, onBrush }: ExploreProps) {
  const t = useStrings(texts);
  useBrushed(null, onBrush);
  const metrics = columns.filter(({ source, kind }) => source === 'metric' && kind === 'number');
  const metric = chooseMetric(metrics, view.metric);
  const found = useMemo(
    () => (metric ? correlations(rows, columns, metric) : null),
    [rows, columns, metric],
  );
  if (!metric || !found) return <EmptyState title={t.noMetric}>{t.noMetricWhy}</EmptyState>;
  return (
    <div className={styles.picture}>
      <div className={styles.toolbar}>
        <ColumnSelect
          label={t.metric}
          columns={metrics}
          value={metric.id}
          onChange={(metric) => onView({ metric })}
        />
      </div>
      <Summary told={found.told} />
      {found.told.length > 0 && (
        <ToldTable
          told={found.told}
          metric={metric}
          onScatter={(across) => {
            onView({ across, up: metric.id, box: null });
            onScatter();
          }}
        />
      )}
      <p className={styles.note}>{t.notCause}</p>
      {found.notTold.length > 0 && <NotToldList notTold={found.notTold} />}
    </div>
  );
}

/** The one that is asked for, else the first that can be better or worse. */
export function chooseMetric(
  metrics: readonly ExploreColumn[],
  id: string | null,
): ExploreColumn | undefined {
  return (
    metrics.find((metric) => metric.id === id) ??
    metrics.find(({ better }) => better !== null) ??
    metrics[0]
  );
}

function Summary({ told }: { readonly told: readonly Told[] }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const [first] = told;
  if (!first) return <p>{t.noneTold}</p>;
  return (
    <p>{t.strongest(visibleText(first.column.title), coefficient(first), count(first.result.n))}</p>
  );
}

interface ToldTableProps {
  readonly told: readonly Told[];
  readonly metric: ExploreColumn;
  readonly onScatter: (key: string) => void;
}

function ToldTable({ told, metric, onScatter }: ToldTableProps) {
  const t = useStrings(texts);
  const title = visibleText(metric.title);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scrolling} tabIndex={0} aria-label={t.correlationName(title)}>
      <table className={styles.correlation} aria-label={t.correlationName(title)}>
        <thead>
          <tr>
            <th scope="col">{t.key}</th>
            <th scope="col">{t.strength}</th>
            <th scope="col" title={t.coefficientWhy}>
              {t.coefficient}
            </th>
            <th scope="col">{t.secondCoefficient}</th>
            <th scope="col">{t.p}</th>
            <th scope="col">{t.n}</th>
            <th scope="col">{t.reading}</th>
          </tr>
        </thead>
        <tbody>
          {told.map((one) => (
            <CorrelationRow
              key={one.column.id}
              told={one}
              metric={metric}
              onScatter={() => onScatter(one.column.id)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function NotToldList({ notTold }: { readonly notTold: readonly NotTold[] }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  return (
    <details className={styles.numbers}>
      <summary>{`${t.notTold} · ${count(notTold.length)}`}</summary>
      <dl className={styles.untold}>
        {notTold.map(({ column, why }) => (
          <div key={column.id}>
            <dt>{visibleText(column.title)}</dt>
            <dd>{untoldWords(why, t, count)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function untoldWords(
  { reason, n }: Untold,
  t: (typeof texts)['en'],
  count: (value: number) => string,
): string {
  switch (reason) {
    case 'few':
      return t.tooFew(count(n));
    case 'single-value':
      return t.singleValue;
    case 'single-metric':
      return t.singleMetric;
    case 'all-different':
      return t.allDifferent;
  }
}
