import { useStrings } from '#ui/strings.ts';
import styles from './StartPage.module.css';
import { texts } from './strings.ts';
import type { OpeningNotice } from './use-opening.ts';

export interface OpeningNoteProps {
  readonly notice: OpeningNotice;
}

/** Says why nothing was opened, and what to do. */
export function OpeningNote({ notice }: OpeningNoteProps) {
  const t = useStrings(texts);
  return (
    <p role="alert" className={styles.notice}>
      {t[notice.kind]}
      {notice.kind === 'failed' && (
        <>
          {' '}
          <code>{notice.message}</code>
        </>
      )}
    </p>
  );
}
