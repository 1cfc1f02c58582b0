import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ErrorBoundary } from 'react-error-boundary';
import { LanguageProvider } from '#ui/LanguageProvider.tsx';
import { BugNote } from './BugNote.tsx';
import { usePreferences } from './preferences.ts';
import { queryClient } from './query-client.ts';
import { router } from './router.tsx';

/** Everything on the screen, with what all of it needs. */
export function App() {
  const { language } = usePreferences();
  return (
    <LanguageProvider language={language}>
      <ErrorBoundary FallbackComponent={BugNote}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ErrorBoundary>
    </LanguageProvider>
  );
}
