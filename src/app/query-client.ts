import { QueryClient } from '@tanstack/react-query';
import { CheckpointError } from '#domain/problem.ts';

/** What the workers said. Keys name the version of a file, so nothing in here goes stale by itself. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      // What is wrong with a file is still wrong a second later.
      retry: (failures, error) => !(error instanceof CheckpointError) && failures < 1,
    },
    mutations: { networkMode: 'always' },
  },
});

// Runs are read many at a time, and looked up by pages that come later.
queryClient.setQueryDefaults(['run'], { gcTime: Number.POSITIVE_INFINITY });
