import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { DrawnBand } from './bands.ts';
import styles from './Charts.module.css';
import { groupTexts } from './group-strings.ts';
import type { ChartsView } from './view.ts';

export interface BandNotesProps {
  readonly bands: readonly DrawnBand[];
  /** Groups that were asked for. */
  readonly asked: number;
  readonly view: ChartsView;
}

/** How the groups of a card came about, and what they leave out. */
export function BandNotes({ bands, asked, view }: BandNotesProps) {
  const t = useStrings(groupTexts);
  const { count } = useNumberFormats();
  const missing = asked - bands.length;
  const nonfinite = bands.reduce((sum, { band }) => sum + band.nonfinite, 0);
  const isCut =
    view.y === 'log' &&
    bands.some(({ band }) => band.low.some((low, i) => low <= 0 && (band.high[i] as number) > 0));
  const notes = [
    bands.some(({ band }) => band.isInterpolated) &&
      (view.x === 'step' ? t.interpolated : t.interpolatedOn),
    bands.some(({ band }) => band.isSample) && t.sampled,
    nonfinite > 0 && t.leftOutValues(count(nonfinite)),
    isCut && t.belowZero,
    missing > 0 && t.missing(missing),
  ].filter((note) => note !== false);
  return notes.length === 0 ? null : <p className={styles.notes}>{notes.join(' · ')}</p>;
}
