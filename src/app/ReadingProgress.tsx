import { useNumberFormats } from '#ui/format-number.ts';
import { Progress } from '#ui/Progress.tsx';
import { useStrings } from '#ui/strings.ts';
import { cancelOpening, type OpenedDirectory } from './opened-directory.ts';
import { texts } from './strings.ts';
import styles from './TopBar.module.css';

export interface ReadingProgressProps {
  readonly opened: OpenedDirectory;
}

/** How far the listing is, and then what it found. */
export function ReadingProgress({ opened: { phase, scan } }: ReadingProgressProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  if (phase === 'reading') {
    return (
      <div className={styles.reading}>
        <Progress label={t.reading} detail={t.seen(count(scan.seen))} onCancel={cancelOpening} />
      </div>
    );
  }
  const checkpoints = scan.runs.reduce((sum, run) => sum + run.checkpoints.length, 0);
  return (
    <p className={styles.counts}>
      {t.runCount(count(scan.runs.length), scan.runs.length === 1)}
      {' · '}
      {t.checkpointCount(count(checkpoints), checkpoints === 1)}
    </p>
  );
}
