import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { Line } from '#workers/api.ts';
import styles from './Charts.module.css';
import type { DrawnLine } from './drawn-lines.ts';
import type { Metric } from './metric-groups.ts';
import { runsBeyond } from './plot-geometry.ts';
import { texts } from './strings.ts';
import type { ChartsView } from './view.ts';

export interface ChartNotesProps {
  readonly metric: Metric;
  readonly lines: readonly DrawnLine[];
  readonly view: ChartsView;
}

/** What the curves cannot show, counted. */
export function ChartNotes({ metric, lines, view }: ChartNotesProps) {
  const t = useStrings(texts);
  const { count, step } = useNumberFormats();
  const drawn = new Set(lines.map(({ run }) => run));
  const missing = metric.runs.filter(({ run }) => !drawn.has(run)).length;
  const odd = metric.runs.reduce((sum, { info }) => sum + info.nonfinite, 0);
  const sum = (of: (line: Line) => number) => lines.reduce((all, { line }) => all + of(line), 0);
  const low = view.y === 'log' ? sum(({ nonpositive }) => nonpositive) : 0;
  const left = view.logx ? sum(({ unplaced }) => unplaced ?? 0) : 0;
  const beyond = runsBeyond(lines, view);
  const ghosts = lines.flatMap(({ line }) => line.ghosts ?? []).filter((one) => one.count > 0);
  const notes = [
    missing > 0 && t.missingAxis(missing),
    odd > 0 && t.nonfinite(count(odd)),
    low > 0 && t.nonpositive(count(low)),
    left > 0 && t.unplacedX(count(left)),
    beyond > 0 && t.beyond(beyond),
    ghosts.length > 0 &&
      t.rewritten(
        count(ghosts.reduce((all, one) => all + one.count, 0)),
        step(Math.min(...ghosts.map(({ since }) => since))),
      ),
  ].filter((note) => note !== false);
  return notes.length === 0 ? null : <p className={styles.notes}>{notes.join(' · ')}</p>;
}
