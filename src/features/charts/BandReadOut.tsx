import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { RunSwatch } from '#ui/RunSwatch.tsx';
import { useStrings } from '#ui/strings.ts';
import { xWords } from './axis-format.ts';
import { bandReadings, type DrawnBand, sortBandReadings, spreadText } from './bands.ts';
import type { ChartSetting } from './chart-setting.ts';
import { useCursor } from './cursor.ts';
import { groupTexts } from './group-strings.ts';
import styles from './ReadOut.module.css';
import { texts } from './strings.ts';

export interface BandReadOutProps {
  readonly bands: readonly DrawnBand[];
  readonly setting: ChartSetting;
  readonly isLowerBetter: boolean;
  /** More groups than these are counted, not listed. */
  readonly limit: number;
}

/** Centre, spread and n of every group at its point nearest to the cursor, best first; without one, the last. */
export function BandReadOut({ bands, setting, isLowerBetter, limit }: BandReadOutProps) {
  const t = useStrings(texts);
  const words = useStrings(groupTexts);
  const language = useLanguage();
  const { metric, count } = useNumberFormats();
  const { view, cursor } = setting;
  const x = useCursor(cursor, view.at);
  const readings = sortBandReadings(bandReadings(bands, x), isLowerBetter);
  const spread = view.spread === 'none' ? '' : words[view.spread];
  const title =
    spread === ''
      ? words[view.centre]
      : view.centre === 'mean' && spread.startsWith('±')
        ? words.meanAnd(spread)
        : words.centreAnd(words[view.centre], spread);
  if (readings.length === 0) return null;
  return (
    <table className={styles.readOut}>
      <thead>
        <tr>
          <th scope="col">{x === null ? t.lastAt : t.nearestTo(xWords(view.x, x, language))}</th>
          <th scope="col">{title}</th>
          <th scope="col">{words.n}</th>
          <th scope="col">{t[view.x]}</th>
        </tr>
      </thead>
      <tbody>
        {readings.slice(0, limit).map((reading) => (
          <tr key={reading.group.id}>
            <th scope="row" title={reading.group.name}>
              <RunSwatch mark={reading.group.mark} />
              {reading.group.name}
            </th>
            <td>{spreadText(reading, view, metric)}</td>
            <td>{count(reading.n)}</td>
            <td className={styles.quiet}>{xWords(view.x, reading.x, language)}</td>
          </tr>
        ))}
      </tbody>
      {readings.length > limit && (
        <tfoot>
          <tr>
            <td colSpan={4}>{words.moreGroups(count(readings.length - limit))}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
