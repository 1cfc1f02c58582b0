import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { RunSwatch } from '#ui/RunSwatch.tsx';
import { useStrings } from '#ui/strings.ts';
import { xWords } from './axis-format.ts';
import type { ChartSetting } from './chart-setting.ts';
import { useCursor } from './cursor.ts';
import { type DrawnLine, readingsAt, sortReadings } from './drawn-lines.ts';
import styles from './ReadOut.module.css';
import { texts } from './strings.ts';

export interface ReadOutProps {
  readonly lines: readonly DrawnLine[];
  readonly setting: ChartSetting;
  readonly isLowerBetter: boolean;
  /** More runs than these are counted, not listed. */
  readonly limit: number;
}

/** The value of every run at its point nearest to the cursor, best first; without a cursor, the last. */
export function ReadOut({ lines, setting, isLowerBetter, limit }: ReadOutProps) {
  const t = useStrings(texts);
  const language = useLanguage();
  const { metric, step, count } = useNumberFormats();
  const { view, cursor } = setting;
  const x = useCursor(cursor, view.at);
  const readings = sortReadings(readingsAt(lines, x), isLowerBetter);
  const hasSmooth = lines.some(({ smooth }) => smooth !== null);
  // Logs that count epochs have those as their steps: beside true ones, 12 and 312 would say the same.
  const hasStep = view.x !== 'epoch';
  // In a card there is no room for both; the head says where the cursor is.
  const hasPlace = view.x !== 'step' && (!hasStep || limit === Number.POSITIVE_INFINITY);
  if (readings.length === 0) return null;
  return (
    <table className={styles.readOut}>
      <thead>
        <tr>
          <th scope="col">
            {headOf(t, view.at !== null, x === null ? null : xWords(view.x, x, language))}
          </th>
          {hasSmooth && <th scope="col">{t.smoothed}</th>}
          <th scope="col">{hasSmooth ? t.raw : t.value}</th>
          {hasStep && <th scope="col">{t.step}</th>}
          {hasPlace && <th scope="col">{t[view.x]}</th>}
        </tr>
      </thead>
      <tbody>
        {readings.slice(0, limit).map((reading) => (
          <tr key={reading.line.run}>
            <th scope="row" title={reading.line.run}>
              <RunSwatch mark={reading.line.mark} />
              {reading.line.name}
            </th>
            {hasSmooth && <td>{reading.smoothed === null ? '' : metric(reading.smoothed)}</td>}
            <td className={hasSmooth ? styles.quiet : undefined}>{metric(reading.value)}</td>
            {hasStep && <td className={styles.quiet}>{step(reading.step)}</td>}
            {hasPlace && <td className={styles.quiet}>{xWords(view.x, reading.x, language)}</td>}
          </tr>
        ))}
      </tbody>
      {readings.length > limit && (
        <tfoot>
          <tr>
            <td colSpan={5}>{t.moreRuns(count(readings.length - limit))}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

interface HeadWords {
  readonly lastAt: string;
  readonly nearestTo: (place: string) => string;
  readonly pinnedTo: (place: string) => string;
}

function headOf(t: HeadWords, isPinned: boolean, place: string | null): string {
  if (place === null) return t.lastAt;
  return isPinned ? t.pinnedTo(place) : t.nearestTo(place);
}
