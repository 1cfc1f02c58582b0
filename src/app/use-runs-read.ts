import { hashKey, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react';
import { CheckpointError } from '#domain/problem.ts';
import type { Run } from '#domain/run.ts';
import type { RunDetails } from '#domain/run-details.ts';
import type { RunsRead } from '#ui/page-props.ts';
import { reader } from '#workers/reader.ts';
import { useStableList } from './use-stable-list.ts';

/** Where pages and rows look for what is known of a run, too. */
function keyOf(directory: string, { path, ...files }: Run): readonly unknown[] {
  return ['run', directory, path, files];
}

/** Runs do not change; a key of many files takes a while to write out. */
const hashes = new WeakMap<Run, string>();

function knownOf(client: QueryClient, directory: string, run: Run): RunDetails | undefined {
  const hash = hashes.get(run) ?? hashKey(keyOf(directory, run));
  hashes.set(run, hash);
  return client.getQueryCache().get<RunDetails>(hash)?.state.data;
}

/** A number for each list, so that a query of ten thousand runs has a short key. */
const numbers = new WeakMap<readonly Run[], number>();
let count = 0;

function numberOf(runs: readonly Run[]): number {
  const number = numbers.get(runs) ?? ++count;
  numbers.set(runs, number);
  return number;
}

/** Reads some runs in one call, and gives what is known of them so far. */
export function useRunsRead(directory: string, runs: readonly Run[]): RunsRead {
  const client = useQueryClient();
  const { error } = useQuery({
    queryKey: ['runs', directory, numberOf(runs)],
    queryFn: async ({ signal }) => {
      const missing = runs.filter((run) => !knownOf(client, directory, run)?.done);
      const byPath = new Map(missing.map((run) => [run.path, run]));
      const keep = (details: readonly RunDetails[]) => {
        for (const one of details) {
          const run = byPath.get(one.run);
          if (run && !signal.aborted) client.setQueryData(keyOf(directory, run), one);
        }
      };
      keep(await reader.runs({ runs: [...byPath.keys()] }, { signal, onProgress: keep }));
      return null;
    },
    enabled: runs.length > 0,
  });
  // Anything but a problem with a file is a bug, and goes on up.
  if (error && !(error instanceof CheckpointError)) throw error;
  const found = useKnown(directory, runs);
  const details = useStableList(found.flatMap(({ details }) => details ?? []));
  const waiting = error ? 0 : found.filter(({ isRead }) => !isRead).length;
  return useMemo(
    () => ({
      details,
      waiting,
      problems: error ? [{ problem: error.problem, place: error.place }] : [],
    }),
    [details, waiting, error],
  );
}

interface Known {
  readonly details: RunDetails | undefined;
  /** To its end, as it is now. */
  readonly isRead: boolean;
}

/** What the cache has of each run; where a run has grown, what was known of it before, until it is read. */
function useKnown(directory: string, runs: readonly Run[]): readonly Known[] {
  const client = useQueryClient();
  const version = useCacheVersion(client);
  const before = useRef(new Map<string, RunDetails>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version has other contents
  return useMemo(
    () =>
      runs.map((run) => {
        const key = `${directory}\n${run.path}`;
        const known = knownOf(client, directory, run);
        if (known) before.current.set(key, known);
        return { details: known ?? before.current.get(key), isRead: known?.done === true };
      }),
    [client, directory, runs, version],
  );
}

/** Milliseconds between two looks into the cache: a thousand runs come faster than they can be drawn. */
const LOOK = 60;

/** A number that grows when something is known of a run that was not. */
function useCacheVersion(client: QueryClient): number {
  const version = useRef(0);
  const subscribe = useCallback(
    (listener: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const look = () => {
        timer = undefined;
        version.current++;
        listener();
      };
      const stop = client.getQueryCache().subscribe(({ type, query }) => {
        const isNews = type === 'updated' || type === 'removed';
        if (isNews && query.queryKey[0] === 'run') timer ??= setTimeout(look, LOOK);
      });
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
    [client],
  );
  return useSyncExternalStore(subscribe, () => version.current);
}
