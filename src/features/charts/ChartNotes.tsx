import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './Charts.module.css';
import type { DrawnLine } from './drawn-lines.ts';
import type { Metric } from './metric-groups.ts';
import { texts } from './strings.ts';

export interface ChartNotesProps {
  readonly metric: Metric;
  readonly lines: readonly DrawnLine[];
  readonly isLog: boolean;
}

/** What the curves cannot show, counted. */
export function ChartNotes({ metric, lines, isLog }: ChartNotesProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const drawn = new Set(lines.map(({ run }) => run));
  const missing = metric.runs.filter(({ run }) => !drawn.has(run)).length;
  const odd = metric.runs.reduce((sum, { info }) => sum + info.nonfinite, 0);
  const low = isLog ? lines.reduce((sum, { line }) => sum + line.nonpositive, 0) : 0;
  const notes = [
    missing > 0 && t.missingAxis(missing),
    odd > 0 && t.nonfinite(count(odd)),
    low > 0 && t.nonpositive(count(low)),
  ].filter((note) => note !== false);
  return notes.length === 0 ? null : <p className={styles.notes}>{notes.join(' · ')}</p>;
}
