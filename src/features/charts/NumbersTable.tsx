import { lazy, Suspense } from 'react';
import type { MetricInfo } from '#domain/run-details.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import { sourcesIn } from './metric-sources.ts';
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

/** The files it was read from, from the folder of its run; under which other names, where loggers differ. */
function Source({ run, info }: { readonly run: string; readonly info: MetricInfo }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const files = sourcesIn(run, info.sources);
  const names = info.aliases ?? [];
  const words = files.map(visibleText).join(', ');
  return (
    <span title={info.sources.map(visibleText).join('\n')}>
      {info.origin === 'checkpoint' ? t.fromCheckpoints(count(files.length)) : words}
      {names.length > 0 && (
        <span className={styles.quiet}> {t.alsoCalled(names.map(visibleText).join(', '))}</span>
      )}
    </span>
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
            {[t.run, t.points, t.first, t.last, t.least, t.most, t.odd, t.source].map((name) => (
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
              <td>
                <Source run={run} info={info} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
