import { Button } from '#ui/Button.tsx';
import { EmptyState } from '#ui/EmptyState.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { emptyTexts } from './empty-strings.ts';
import { type OpenedDirectory, openDirectory } from './opened-directory.ts';
import { texts } from './strings.ts';
import { countByTitle } from './unread-titles.ts';
import styles from './Workspace.module.css';

export interface DirectoryStateProps {
  readonly opened: OpenedDirectory;
}

/** Whatever is to be said of the directory as a whole: failed, stopped, nothing in it. */
export function DirectoryState({ opened }: DirectoryStateProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const { phase, source, scan, error } = opened;
  const again = () => openDirectory(source);
  return (
    <>
      {phase === 'reading' && scan.runs.length === 0 && (
        <EmptyState title={t.lookingForRuns}>
          <p>{t.seen(count(scan.seen))}</p>
        </EmptyState>
      )}
      {phase === 'failed' && <ErrorNote error={error} onRetry={again} />}
      {phase === 'cancelled' && (
        <div role="status" className={styles.state}>
          {t.cancelled}
          <Button onPress={again}>{t.readOn}</Button>
        </div>
      )}
      {phase === 'done' && scan.runs.length === 0 && <NoRuns opened={opened} />}
    </>
  );
}

function NoRuns({ opened: { scan, source } }: DirectoryStateProps) {
  const t = useStrings(emptyTexts);
  const { count } = useNumberFormats();
  if (scan.seen === 0 && scan.defects.length > 0) {
    return (
      <EmptyState title={t.unreadable(scan.name)}>
        <p>{t.unreadableWhy}</p>
        <p>{t.openOther}</p>
        <Button onPress={() => openDirectory(source)}>{t.again}</Button>
      </EmptyState>
    );
  }
  if (scan.seen === 0) {
    return (
      <EmptyState title={t.nothing(scan.name)}>
        <p>{t.openOther}</p>
      </EmptyState>
    );
  }
  const titles = countByTitle(scan.unread);
  return (
    <EmptyState title={t.noRuns(scan.name)}>
      <p>{t.seen(count(scan.seen))}</p>
      {titles.length > 0 && (
        <ul>
          {titles.map(([title, files]) => (
            <li key={title}>{t.unread(title, count(files))}</li>
          ))}
        </ul>
      )}
      <p>{t.looksFor}</p>
      <p>{t.openOther}</p>
    </EmptyState>
  );
}
