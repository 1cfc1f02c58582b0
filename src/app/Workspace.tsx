import { useCallback, useMemo } from 'react';
import { OpeningNote } from '#features/open-directory/OpeningNote.tsx';
import type { Opening } from '#features/open-directory/use-opening.ts';
import { RunList } from '#features/run-list/RunList.tsx';
import {
  parseRunListView,
  type RunListView,
  selectedRuns,
  selectionView,
} from '#features/run-list/view.ts';
import { Button } from '#ui/Button.tsx';
import { useMetricKinds } from '#ui/metric-kinds.ts';
import { useRunMarks } from '#ui/run-colours.ts';
import { useStrings } from '#ui/strings.ts';
import { DirectoryMenu } from './DirectoryMenu.tsx';
import { DirectoryNotes } from './DirectoryNotes.tsx';
import { DirectoryState } from './DirectoryState.tsx';
import type { Navigation } from './navigation.ts';
import type { OpenedDirectory } from './opened-directory.ts';
import { Page } from './Page.tsx';
import { PageLinks } from './PageLinks.tsx';
import { setPreferences, usePreferences } from './preferences.ts';
import { ReadingProgress } from './ReadingProgress.tsx';
import { texts } from './strings.ts';
import { TopBar } from './TopBar.tsx';
import { useReaderRestarts } from './use-reader-restarts.ts';
import { useRunsRead } from './use-runs-read.ts';
import { useStableView } from './use-stable-view.ts';
import styles from './Workspace.module.css';

export interface WorkspaceProps {
  readonly opened: OpenedDirectory;
  readonly navigation: Navigation;
  readonly opening: Opening;
}

/** The open directory: its runs at the left, one of its pages beside them. */
export function Workspace({ opened, navigation, opening }: WorkspaceProps) {
  const { source, scan, generation } = opened;
  const { search, change } = navigation;
  const { isListFolded } = usePreferences();
  const selection = useStableView(parseRunListView(search));
  const runs = useMemo(() => selectedRuns(scan.runs, selection), [scan.runs, selection]);
  const directory = useMemo(() => ({ key: source.key, name: source.name }), [source]);
  const read = useRunsRead(source.key, runs);
  const marks = useRunMarks(source.key, scan.runs);
  const { kindOf } = useMetricKinds(source.key);
  const select = useCallback(
    ({ runs, hide }: RunListView) =>
      change({ runs, hide: hide.length > 0 ? hide : null }, { replace: true }),
    [change],
  );
  const onRuns = useCallback(
    (paths: readonly string[]) => select(selectionView(scan.runs, new Set(paths))),
    [select, scan.runs],
  );
  return (
    <>
      <TopBar>
        <ListSwitch isFolded={isListFolded} />
        <DirectoryMenu source={source} opening={opening} />
        <PageLinks navigation={navigation} />
        <ReadingProgress opened={opened} />
      </TopBar>
      <div key={generation} className={styles.body}>
        <aside className={styles.side} hidden={isListFolded}>
          <RunList
            runs={scan.runs}
            directory={directory}
            isReading={opened.phase === 'reading'}
            marks={marks}
            view={selection}
            onView={select}
          />
          <DirectoryNotes opened={opened} opening={opening} />
        </aside>
        <main className={styles.page}>
          <h1 className={styles.forScreenReaders}>{source.name}</h1>
          {opening.notice && <OpeningNote notice={opening.notice} />}
          <RestartNote />
          <DirectoryState opened={opened} />
          <Page
            navigation={navigation}
            page={{
              runs,
              read,
              onRuns,
              marks,
              kindOf,
              scan,
              directory,
              hrefs: navigation.hrefs,
            }}
          />
        </main>
      </div>
    </>
  );
}

/** Says that the reader died: what it was reading has failed, and everything else goes on. */
function RestartNote() {
  const t = useStrings(texts);
  const { count, dismiss } = useReaderRestarts();
  if (count === 0) return null;
  return (
    <div role="status" className={styles.state}>
      {t.restarted(count)}
      <Button onPress={dismiss}>{t.understood}</Button>
    </div>
  );
}

function ListSwitch({ isFolded }: { readonly isFolded: boolean }) {
  const t = useStrings(texts);
  return (
    <Button
      look="quiet"
      isSquare
      aria-label={isFolded ? t.showList : t.hideList}
      aria-expanded={!isFolded}
      onPress={() => setPreferences({ isListFolded: !isFolded })}
    >
      <svg className={styles.sign} viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2 3.5h12v9H2zM6 3.5v9" />
      </svg>
    </Button>
  );
}
