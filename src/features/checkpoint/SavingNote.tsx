import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Progress } from '#ui/Progress.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { saveStrings } from './save-strings.ts';
import type { Saving } from './use-saving.ts';

export interface SavingNoteProps {
  readonly saving: Saving;
}

/** How far a file is that is being saved, and what became of it. */
export function SavingNote({ saving: { state, cancel } }: SavingNoteProps) {
  const t = useStrings(saveStrings);
  const { bytes } = useNumberFormats();
  switch (state.kind) {
    case 'idle':
      return null;
    case 'writing':
      return (
        <Progress
          label={t.writing}
          value={state.bytes}
          total={state.total}
          detail={t.of(bytes(state.bytes), bytes(state.total))}
          onCancel={cancel}
        />
      );
    case 'saved':
      return <p role="status">{t.saved(state.name, bytes(state.size))}</p>;
    case 'cancelled':
      return <p role="status">{t.cancelled}</p>;
    case 'failed':
      return typeof state.error === 'string' ? (
        <p role="alert" className={styles.danger}>
          {t.failed} <code>{state.error}</code>
        </p>
      ) : (
        <ErrorNote error={state.error} />
      );
  }
}
