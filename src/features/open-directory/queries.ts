import { queryOptions } from '@tanstack/react-query';
import { recentSources } from '#workers/sources.ts';

/** Directories that were opened before, newest first. */
export const recentsQuery = queryOptions({
  queryKey: ['recents'],
  queryFn: recentSources,
  staleTime: 0,
});
