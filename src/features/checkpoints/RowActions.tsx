import type { CheckpointSummary } from '#domain/summary.ts';
import { Button } from '#ui/Button.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointsPage.module.css';
import { texts } from './strings.ts';

export interface RowActionsProps {
  readonly summary: CheckpointSummary;
  readonly canResume: boolean;
  readonly evaluateHref: string;
  readonly onResume: () => void;
  readonly onVerify: () => void;
}

/** What can be done with one checkpoint. */
export function RowActions(props: RowActionsProps) {
  const { summary, canResume, evaluateHref, onResume, onVerify } = props;
  const t = useStrings(texts);
  const { verdict, verifiable } = summary.judgement;
  if (!canResume) return null;
  return (
    <span className={styles.actions}>
      <Button look="quiet" onPress={onResume}>
        {t.resume}
      </Button>
      <a href={evaluateHref}>{t.evaluate}</a>
      {verifiable && verdict === 'unverified' && (
        <Button look="quiet" onPress={onVerify}>
          {t.verify}
        </Button>
      )}
    </span>
  );
}
