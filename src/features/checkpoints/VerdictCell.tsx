import { useStrings } from '#ui/strings.ts';
import { VerdictBadge } from '#ui/VerdictBadge.tsx';
import { useVerdictReasons } from '#ui/verdict-words.ts';
import styles from './CheckpointsPage.module.css';
import { type CheckpointRow, titleOf } from './rows.ts';
import { texts } from './strings.ts';

export interface VerdictCellProps {
  readonly row: CheckpointRow;
}

/** The verdict on a checkpoint, and why where it is not as it should be. */
export function VerdictCell({ row: { ref, summary } }: VerdictCellProps) {
  const t = useStrings(texts);
  const reasonsOf = useVerdictReasons();
  if (!summary) return <span className={styles.quiet}>{t.waiting}</span>;
  const { judgement } = summary;
  const { verdict } = judgement;
  const title = titleOf(summary);
  if (verdict === 'unread' && title !== '') {
    return <span className={styles.quiet}>{t.notRead(title)}</span>;
  }
  const [reason, ...others] = reasonsOf(judgement, ref.path);
  if (verdict === 'sound' || verdict === 'unverified') {
    return (
      <span title={reason}>
        <VerdictBadge verdict={verdict} />
      </span>
    );
  }
  return (
    <>
      <VerdictBadge verdict={verdict} />
      <p className={styles.reason}>
        {reason}
        {others.length > 0 && <span title={others.join('\n')}> (+{others.length})</span>}
      </p>
    </>
  );
}
