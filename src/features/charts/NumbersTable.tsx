import { lazy, Suspense } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import { texts } from './strings.ts';

export interface NumbersTableProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
}

interface Point {
  readonly step: number;
  readonly value: number;
}

const GroupNumbers = lazy(async () => ({
  default: (await import('./GroupNumbers.tsx')).GroupNumbers,
}));

/** What a metric amounts to in each group, where there are any, and in each run, from all its points. */
export function NumbersTable(props: NumbersTableProps) {
  const { groups } = props.setting;
  return (
    <>
      {groups && (
        <Suspense>
          <GroupNumbers {...props} groups={groups} />
        </Suspense>
      )}
      <RunNumbers {...props} />
    </>
  );
}

function RunNumbers({ metric: { tag, runs }, setting }: NumbersTableProps) {
  const t = useStrings(texts);
  const { count, metric, step } = useNumberFormats();
  const pointOf = (point: Point | null) =>
    point === null ? (
      '—'
    ) : (
      <>
        {metric(point.value)} <span className={styles.quiet}>{t.at(step(point.step))}</span>
      </>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, and keys must reach that
    <section className={styles.numbers} tabIndex={0} aria-label={`${t.numbers}: ${tag}`}>
      <p className={styles.quiet}>{t.asLogged}</p>
      <table>
        <thead>
          <tr>
            {[t.run, t.points, t.first, t.last, t.least, t.most, t.odd].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map(({ run, info }) => (
            <tr key={run}>
              <th scope="row">{setting.names.get(run) ?? run}</th>
              <td>{count(info.count)}</td>
              <td>{pointOf(info.first)}</td>
              <td>{pointOf(info.last)}</td>
              <td>{pointOf(info.min)}</td>
              <td>{pointOf(info.max)}</td>
              <td>{count(info.nonfinite)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
