import { type ComponentType, lazy, Suspense, useMemo } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { parseChartsView } from '#features/charts/view.ts';
import { parseCheckpointView } from '#features/checkpoint/view.ts';
import { parseCheckpointsView } from '#features/checkpoints/view.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import { type Navigation, type Search, searchOf } from './navigation.ts';
import { texts } from './strings.ts';

const ChartsPage = lazy(async () => ({
  default: (await import('#features/charts/ChartsPage.tsx')).ChartsPage,
}));

const CheckpointsPage = lazy(async () => ({
  default: (await import('#features/checkpoints/CheckpointsPage.tsx')).CheckpointsPage,
}));

const CheckpointPage = lazy(async () => ({
  default: (await import('#features/checkpoint/CheckpointPage.tsx')).CheckpointPage,
}));

export interface PageHostProps {
  readonly navigation: Navigation;
  /** What all pages get. */
  readonly page: Omit<PageProps<never>, 'view' | 'onView'>;
}

/** The page that the URL names, with its own view of the URL. */
export function Page(props: PageHostProps) {
  const t = useStrings(texts);
  const { path } = props.navigation;
  return (
    <ErrorBoundary
      resetKeys={[path]}
      fallbackRender={({ error, resetErrorBoundary }) => (
        <ErrorNote error={error} onRetry={resetErrorBoundary} />
      )}
    >
      <Suspense fallback={<Loading label={t.page} />}>
        {path === '/charts' && <Host {...props} Page={ChartsPage} parse={parseChartsView} />}
        {path === '/checkpoints' && (
          <Host {...props} Page={CheckpointsPage} parse={parseCheckpointsView} />
        )}
        {path === '/checkpoint' && (
          <Host {...props} Page={CheckpointPage} parse={parseCheckpointView} />
        )}
      </Suspense>
    </ErrorBoundary>
  );
}

interface HostProps<View> extends PageHostProps {
  readonly Page: ComponentType<PageProps<View>>;
  readonly parse: (search: Search) => View;
}

function Host<View extends object>({ navigation, page, Page, parse }: HostProps<View>) {
  const { search, change } = navigation;
  const view = useMemo(() => parse(search), [parse, search]);
  return (
    <Page
      {...page}
      view={view}
      onView={(part, options) => change(searchOf({ ...view, ...part }, parse), options)}
    />
  );
}
