import { ErrorNote } from './ErrorNote.tsx';
import { useNumberFormats } from './format-number.ts';
import { Progress } from './Progress.tsx';
import styles from './SavingNote.module.css';
import { defineStrings, useStrings } from './strings.ts';
import type { Saving } from './use-saving.ts';

export interface SavingNoteProps {
  readonly saving: Saving;
}

const texts = defineStrings({
  en: {
    writing: 'Writing',
    of: (done: string, total: string) => `${done} of ${total}`,
    saved: (name: string, size: string) => `Saved ${name}, ${size}.`,
    cancelled: 'Cancelled; nothing was left behind.',
    failed: 'The browser could not write the file:',
  },
  zh: {
    writing: '正在写入',
    of: (done, total) => `${done} / ${total}`,
    saved: (name, size) => `已保存 ${name}，${size}。`,
    cancelled: '已取消，未留下任何文件。',
    failed: '浏览器无法写入文件：',
  },
});

/** How far a file is that is being saved, and what became of it. */
export function SavingNote({ saving: { state, cancel } }: SavingNoteProps) {
  const t = useStrings(texts);
  const { bytes } = useNumberFormats();
  switch (state.kind) {
    case 'idle':
      return null;
    case 'writing':
      return (
        <Progress
          label={t.writing}
          value={state.part ?? state.bytes}
          total={state.part === null ? state.total : 1}
          detail={
            state.total === null ? bytes(state.bytes) : t.of(bytes(state.bytes), bytes(state.total))
          }
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
