import { Button } from '#ui/Button.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './TextLogs.module.css';
import { textLogTexts } from './text-log-strings.ts';
import { type NamedTexts, useTextLogs } from './use-text-logs.ts';

/** Names that are offered; more are counted. */
const OFFERED = 4;

/** Text that looks like a log in the selected runs, a quiet line for each name: it is read when asked for. */
export function TextLogs(props: Pick<PageProps<never>, 'directory' | 'runs' | 'read'>) {
  const t = useStrings(textLogTexts);
  const { named, ask, leaveOut } = useTextLogs(props);
  const more = named.length - OFFERED;
  if (named.length === 0) return null;
  return (
    <div className={styles.lines}>
      {named.slice(0, OFFERED).map((one) => (
        <TextLog
          key={one.name}
          {...one}
          onRead={() => ask(one.texts)}
          onLeaveOut={() => void leaveOut(one.texts)}
        />
      ))}
      {more > 0 && <p className={styles.line}>{t.more(more)}</p>}
    </div>
  );
}

interface TextLogProps extends NamedTexts {
  readonly onRead: () => void;
  readonly onLeaveOut: () => void;
}

function TextLog({ name, texts, state, onRead, onLeaveOut }: TextLogProps) {
  const t = useStrings(textLogTexts);
  if (state === 'reading') {
    return (
      <p className={styles.line} role="status">
        {t.reading(name)}
      </p>
    );
  }
  const isRead = state === 'read';
  return (
    <p className={styles.line}>
      <span>{(isRead ? t.isRead : t.looksLike)(name, texts.length)}</span>
      <Button
        look="quiet"
        aria-label={isRead ? t.leaveOutNamed(name) : t.readNamed(name)}
        onPress={isRead ? onLeaveOut : onRead}
      >
        {isRead ? t.leaveOut : t.read}
      </Button>
    </p>
  );
}
