import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Run } from '#domain/run.ts';
import type { RunDetails } from '#domain/run-details.ts';
import type { ConfiguredRun } from '#domain/run-groups.ts';
import { reader } from '#workers/reader.ts';
import { runQuery } from './queries.ts';

/** What all runs were started with; those that are not read yet are read for it. */
export const configurationsQuery = (directory: string, runs: readonly Run[]) =>
  queryOptions({
    queryKey: ['configurations', directory, runs.map(({ path }) => path)],
    async queryFn({ signal, client }): Promise<readonly ConfiguredRun[]> {
      const keyOf = (run: Run) => runQuery(directory, run).queryKey;
      const known = new Map<string, RunDetails>();
      for (const run of runs) {
        const details = client.getQueryData(keyOf(run));
        if (details?.done) known.set(run.path, details);
      }
      const missing = runs.filter(({ path }) => !known.has(path));
      const byPath = new Map(missing.map((run) => [run.path, run]));
      const keep = (all: readonly RunDetails[]) => {
        for (const details of all) {
          const run = byPath.get(details.run);
          if (!run || signal.aborted) continue;
          known.set(run.path, details);
          client.setQueryData(keyOf(run), details);
        }
      };
      if (missing.length > 0) {
        keep(await reader.runs({ runs: [...byPath.keys()] }, { signal, onProgress: keep }));
      }
      return runs.map(({ path }) => ({
        run: path,
        configuration: known.get(path)?.configuration ?? {},
      }));
    },
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
