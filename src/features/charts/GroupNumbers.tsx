import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { useLanguage } from '#ui/language.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { Band } from '#workers/api.ts';
import { xWords } from './axis-format.ts';
import { bandReadingAt, bandsKey, bandsQuery, drawnBands, spreadText } from './bands.ts';
import styles from './Charts.module.css';
import type { ChartGroups } from './chart-groups.ts';
import type { ChartSetting } from './chart-setting.ts';
import { groupTexts } from './group-strings.ts';
import { linesKey } from './lines-key.ts';
import type { Metric } from './metric-groups.ts';
import { texts } from './strings.ts';

export interface GroupNumbersProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
  readonly groups: ChartGroups;
}

/** Pixel columns: first, last, least and greatest are exact on any number of them. */
const WIDTH = 1000;

/** What a metric amounts to in each group, from all its points. */
export function GroupNumbers({ metric, setting, groups }: GroupNumbersProps) {
  const t = useStrings(texts);
  const words = useStrings(groupTexts);
  const { count } = useNumberFormats();
  const view = { ...setting.view, from: null, to: null, smooth: 'none', logx: false } as const;
  const asked = bandsKey(linesKey(metric, { ...setting, view }, WIDTH), groups, view);
  const { data, error, refetch } = useQuery(bandsQuery(asked));
  const bands = useMemo(() => drawnBands(data ?? [], groups), [data, groups]);
  const label = `${words.options}: ${visibleText(metric.tag)}`;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={metric.tag} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, and keys must reach that
    <section className={styles.numbers} tabIndex={0} aria-label={label}>
      <p className={styles.quiet}>{words.tableNote}</p>
      <table>
        <thead>
          <tr>
            {[words.group, words.runs, words.first, words.last, words.least, words.most, t.odd].map(
              (name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {bands.map(({ group, band }) => (
            <tr key={group.id}>
              <th scope="row">{group.name}</th>
              <td>{count(band.runs)}</td>
              {placesOf(band).map((at, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: always these four
                <td key={i}>
                  <Place band={band} at={at} view={setting.view} />
                </td>
              ))}
              <td>{count(band.nonfinite)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface PlaceProps extends Pick<ChartSetting, 'view'> {
  readonly band: Band;
  readonly at: number;
}

function Place({ band, at, view }: PlaceProps) {
  const t = useStrings(groupTexts);
  const language = useLanguage();
  const { metric, count } = useNumberFormats();
  const reading = bandReadingAt(band, at);
  if (!reading) return '—';
  return (
    <>
      {spreadText(reading, view, metric)}{' '}
      <span className={styles.quiet}>
        {t.at(xWords(view.x, reading.x, language))}, {t.nOf(count(reading.n))}
      </span>
    </>
  );
}

/** Indices of the first, the last, the least and the greatest point of a line; -1 where there is none. */
function placesOf({ centre }: Band): number[] {
  const known = [...centre.keys()].filter((i) => Number.isFinite(centre[i]));
  const value = (i: number) => centre[i] as number;
  const least = known.reduce((best, i) => (best < 0 || value(i) < value(best) ? i : best), -1);
  const most = known.reduce((best, i) => (best < 0 || value(i) > value(best) ? i : best), -1);
  return [known[0] ?? -1, known.at(-1) ?? -1, least, most];
}
