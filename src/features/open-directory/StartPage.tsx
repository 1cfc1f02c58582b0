import { Button } from '#ui/Button.tsx';
import { useStrings } from '#ui/strings.ts';
import { FolderInput } from './FolderInput.tsx';
import { OpeningNote } from './OpeningNote.tsx';
import { RecentList } from './RecentList.tsx';
import styles from './StartPage.module.css';
import { texts } from './strings.ts';
import type { Opening } from './use-opening.ts';

export interface StartPageProps {
  readonly opening: Opening;
  /** A directory that the URL names and that needs a click: the browser wants to ask first. */
  readonly asking: { readonly key: string; readonly name: string } | null;
  /** The URL names a directory that is not kept in this browser. */
  readonly isLost: boolean;
}

const hasPicker = 'showDirectoryPicker' in globalThis;

/** The ways in: pick, drop, choose, go on with a recent one, or look at the sample. */
export function StartPage({ opening, asking, isLost }: StartPageProps) {
  const t = useStrings(texts);
  return (
    <main className={styles.page}>
      <h1 className={styles.lead}>{t.lead}</h1>
      {asking && (
        <div className={styles.asking}>
          <p>{t.ask(asking.name)}</p>
          <Button look="primary" onPress={() => opening.reopen(asking.key)}>
            {t.reopen(asking.name)}
          </Button>
        </div>
      )}
      {isLost && !opening.notice && <p className={styles.notice}>{t.lost}</p>}
      {opening.notice && <OpeningNote notice={opening.notice} />}
      <DropArea opening={opening} isMain={asking === null} />
      <div className={styles.columns}>
        <RecentList onReopen={opening.reopen} />
        <Promises />
        {hasPicker && (
          <section>
            <h2 className={styles.heading}>{t.snapshotTitle}</h2>
            <p className={styles.quiet}>{t.snapshotWhy}</p>
            <FolderInput onChoose={opening.choose}>{t.snapshot}</FolderInput>
          </section>
        )}
      </div>
    </main>
  );
}

interface DropAreaProps {
  readonly opening: Opening;
  readonly isMain: boolean;
}

function DropArea({ opening, isMain }: DropAreaProps) {
  const t = useStrings(texts);
  const look = isMain ? 'primary' : 'plain';
  return (
    <div className={styles.drop}>
      <p className={styles.dropWords}>{opening.isWaiting ? t.waiting : t.drop}</p>
      <p className={styles.quiet}>{t.or}</p>
      <div className={styles.buttons}>
        {hasPicker ? (
          <Button look={look} isDisabled={opening.isWaiting} onPress={opening.pick}>
            {t.open}
          </Button>
        ) : (
          <FolderInput look={look} onChoose={opening.choose}>
            {t.open}
          </FolderInput>
        )}
        <Button onPress={opening.sample}>{t.sample}</Button>
      </div>
      <p className={styles.quiet}>{t.sampleIs}</p>
      {!hasPicker && <p className={styles.quiet}>{t.noPicker}</p>}
    </div>
  );
}

function Promises() {
  const t = useStrings(texts);
  return (
    <section>
      <h2 className={styles.heading}>{t.promises}</h2>
      <ul className={styles.promises}>
        <li>{t.noUpload}</li>
        <li>{t.noCode}</li>
        <li>{t.noWrite}</li>
      </ul>
    </section>
  );
}
