import { FolderInput } from '#features/open-directory/FolderInput.tsx';
import type { Opening } from '#features/open-directory/use-opening.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useProblemWords } from '#ui/problem-words.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { notesTexts } from './empty-strings.ts';
import type { OpenedDirectory } from './opened-directory.ts';
import { countByTitle } from './unread-titles.ts';
import styles from './Workspace.module.css';

export interface DirectoryNotesProps {
  readonly opened: OpenedDirectory;
  readonly opening: Opening;
}

/** A list longer than this is cut, and says so. */
const SHOWN = 50;

/** What is in the directory and not on the screen: quiet, but never silent. */
export function DirectoryNotes({ opened, opening }: DirectoryNotesProps) {
  const t = useStrings(notesTexts);
  const { count } = useNumberFormats();
  const { unread, hidden, defects } = opened.scan;
  const isHandle = opened.source.grant.kind === 'handle';
  const summary = [
    unread.length > 0 && t.unread(count(unread.length)),
    hidden !== null && hidden.length > 0 && t.hidden(count(hidden.length)),
    defects.length > 0 && t.denied(count(defects.length)),
  ].filter((part) => part !== false);
  if (summary.length === 0 && !isHandle) return null;
  return (
    <details className={styles.notes}>
      <summary>
        {t.title}
        {summary.length > 0 && `: ${summary.join(' · ')}`}
      </summary>
      {countByTitle(unread).map(([title]) => (
        <Paths
          key={title}
          heading={t.unreadFiles(title)}
          paths={unread.filter((file) => file.title === title).map(({ path }) => path)}
        />
      ))}
      {hidden !== null && hidden.length > 0 && <Paths heading={t.hiddenHeading} paths={hidden} />}
      {defects.length > 0 && <Unreadable opened={opened} />}
      {isHandle && <MoreThanShown opened={opened} opening={opening} />}
    </details>
  );
}

interface PathsProps {
  readonly heading: string;
  readonly paths: readonly string[];
}

function Paths({ heading, paths }: PathsProps) {
  const t = useStrings(notesTexts);
  const { count } = useNumberFormats();
  return (
    <>
      <h3>
        {heading} ({count(paths.length)})
      </h3>
      <ul>
        {paths.slice(0, SHOWN).map((path) => (
          <li key={path}>
            <code>{visibleText(path)}</code>
          </li>
        ))}
      </ul>
      {paths.length > SHOWN && <p>{t.more(count(paths.length - SHOWN))}</p>}
    </>
  );
}

function Unreadable({ opened: { scan } }: { readonly opened: OpenedDirectory }) {
  const t = useStrings(notesTexts);
  const wordsOf = useProblemWords();
  return (
    <>
      <h3>{t.deniedHeading}</h3>
      <ul>
        {scan.defects.slice(0, SHOWN).map(({ problem, place }) => (
          <li key={place.path}>
            <code>{place.path}</code> {wordsOf(problem).what}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What a handle hides, and the ways to read it all the same. */
function MoreThanShown({ opened: { source, scan }, opening }: DirectoryNotesProps) {
  const t = useStrings(notesTexts);
  const isCounted = scan.hidden !== null && scan.hidden.length > 0;
  return (
    <>
      {isCounted && source.snapshot && (
        <>
          <p>{t.hiddenWhy}</p>
          <Button onPress={() => opening.snapshot(source)}>{t.snapshot}</Button>
        </>
      )}
      <p>{t.mayBeHidden}</p>
      <FolderInput onChoose={opening.choose}>{t.folderInput}</FolderInput>
    </>
  );
}
