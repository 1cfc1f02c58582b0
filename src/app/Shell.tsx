import { lazy, Suspense, useEffect } from 'react';
import { DropTarget } from '#features/open-directory/DropTarget.tsx';
import { StartPage } from '#features/open-directory/StartPage.tsx';
import { useOpening } from '#features/open-directory/use-opening.ts';
import { parseDirectoryView } from '#features/open-directory/view.ts';
import { Loading } from '#ui/Loading.tsx';
import { useStrings } from '#ui/strings.ts';
import { useNavigation } from './navigation.ts';
import { openDirectory } from './opened-directory.ts';
import styles from './Shell.module.css';
import { texts } from './strings.ts';
import { TopBar } from './TopBar.tsx';
import { useDirectoryOfUrl } from './use-directory-of-url.ts';

const Workspace = lazy(async () => ({ default: (await import('./Workspace.tsx')).Workspace }));

/** The start page, or the open directory with its pages. */
export function Shell() {
  const t = useStrings(texts);
  const navigation = useNavigation();
  const state = useDirectoryOfUrl(parseDirectoryView(navigation.search).dir);
  const opening = useOpening((source) => {
    openDirectory(source);
    navigation.go('/charts', { dir: source.key });
  });
  const isOpen = state.kind === 'open' && navigation.path !== '/';
  const name = isOpen ? state.opened.source.name : null;
  useEffect(() => {
    document.title = name === null ? 'Cairn' : `${name} · Cairn`;
  }, [name]);

  return (
    <div className={styles.shell}>
      <DropTarget onDrop={opening.drop} />
      {isOpen ? (
        <Suspense fallback={<Loading label={t.page} />}>
          <Workspace opened={state.opened} navigation={navigation} opening={opening} />
        </Suspense>
      ) : (
        <>
          <TopBar />
          <StartPage
            opening={opening}
            asking={state.kind === 'asking' ? state : null}
            isLost={state.kind === 'lost'}
          />
        </>
      )}
    </div>
  );
}
