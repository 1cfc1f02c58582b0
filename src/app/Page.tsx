import { type ComponentType, lazy, Suspense, useCallback } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { parseChartsView } from '#features/charts/view.ts';
import { parseCheckpointView } from '#features/checkpoint/view.ts';
import { parseCheckpointsView } from '#features/checkpoints/view.ts';
import { parseEvaluateView } from '#features/evaluate/view.ts';
import { parseResumeView } from '#features/resume/view.ts';
import { parseRunsView } from '#features/runs-table/view.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import type { PageProps, ViewChangeOptions } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import { type Navigation, type Search, searchOf } from './navigation.ts';
import { texts } from './strings.ts';
import { useStableView } from './use-stable-view.ts';

const ChartsPage = lazy(async () => ({
  default: (await import('#features/charts/ChartsPage.tsx')).ChartsPage,
}));

const RunsPage = lazy(async () => ({
  default: (await import('#features/runs-table/RunsPage.tsx')).RunsPage,
}));

const CheckpointsPage = lazy(async () => ({
  default: (await import('#features/checkpoints/CheckpointsPage.tsx')).CheckpointsPage,
}));

const CheckpointPage = lazy(async () => ({
  default: (await import('#features/checkpoint/CheckpointPage.tsx')).CheckpointPage,
}));

const EvaluatePage = lazy(async () => ({
  default: (await import('#features/evaluate/EvaluatePage.tsx')).EvaluatePage,
}));

const ResumeDialog = lazy(async () => ({
  default: (await import('#features/resume/ResumeDialog.tsx')).ResumeDialog,
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
        {path === '/runs' && <Host {...props} Page={RunsPage} parse={parseRunsView} />}
        {path === '/checkpoints' && (
          <Host {...props} Page={CheckpointsPage} parse={parseCheckpointsView} />
        )}
        {path === '/checkpoint' && (
          <Host {...props} Page={CheckpointPage} parse={parseCheckpointView} />
        )}
        {path === '/evaluate' && <Host {...props} Page={EvaluatePage} parse={parseEvaluateView} />}
        {path.startsWith('/checkpoint') && <Resume {...props} />}
      </Suspense>
    </ErrorBoundary>
  );
}

/** The dialog that two pages open by the URL. */
function Resume({ navigation, page }: PageHostProps) {
  const { search, change } = navigation;
  const { resume } = parseResumeView(search);
  if (resume === null) return null;
  return (
    <ResumeDialog
      checkpoint={resume}
      directory={page.directory}
      onClose={() => change({ resume: null })}
    />
  );
}

interface HostProps<View> extends PageHostProps {
  readonly Page: ComponentType<PageProps<View>>;
  readonly parse: (search: Search) => View;
}

function Host<View extends object>({ navigation, page, Page, parse }: HostProps<View>) {
  const { search, change } = navigation;
  const view = useStableView(parse(search));
  const onView = useCallback(
    (part: Partial<View>, options?: ViewChangeOptions) => change(searchOf(part, parse), options),
    [change, parse],
  );
  return <Page {...page} view={view} onView={onView} />;
}
