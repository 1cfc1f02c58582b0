import { Button } from '#ui/Button.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './Shell.module.css';
import { texts } from './strings.ts';

export interface BugNoteProps {
  readonly error: unknown;
}

/** The last resort: a failure that no panel knew what to do with. */
export function BugNote({ error }: BugNoteProps) {
  const t = useStrings(texts);
  return (
    <main role="alert" className={styles.bug}>
      <p>{t.bug}</p>
      <p>
        <code>{String(error)}</code>
      </p>
      <Button onPress={() => location.reload()}>{t.reload}</Button>
    </main>
  );
}
