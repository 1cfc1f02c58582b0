import { type QueryClient, useQueries, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Run } from '#domain/run.ts';
import type { PageProps } from '#ui/page-props.ts';
import { useRemembered } from '#ui/remembered.ts';
import { reader } from '#workers/reader.ts';
import { runQuery } from './queries.ts';

/** Text logs of one name in the selected runs. */
export interface NamedTexts {
  readonly name: string;
  readonly texts: readonly RunText[];
  readonly state: 'offered' | 'reading' | 'read';
}

interface RunText {
  readonly run: Run;
  /** One of `Run.texts`. */
  readonly path: string;
}

/** What is made from the points of runs; it has to be asked for again when they have others. */
const MADE_OF_POINTS: ReadonlySet<unknown> = new Set([
  'lines',
  'bands',
  'points',
  'values-at',
  'suggestions',
  'metric-at-checkpoints',
]);

/** The text logs of the selected runs, and which of them the person wants read: remembered per directory. */
export function useTextLogs({
  directory,
  runs,
  read,
}: Pick<PageProps<never>, 'directory' | 'runs' | 'read'>) {
  const client = useQueryClient();
  const [asked, remember] = useRemembered(`text-logs.${directory.key}`, pathsOf);
  const named = useMemo(() => byName(runs), [runs]);
  const wanted = useMemo(() => {
    const paths = new Set(asked);
    return named.flatMap(({ texts }) => texts).filter(({ path }) => paths.has(path));
  }, [named, asked]);
  const results = useQueries({
    queries: wanted.map((text) => ({
      queryKey: ['text-log', directory.key, text.path],
      queryFn: async () => {
        await readText(client, directory.key, { ...text, isWanted: true });
        return null;
      },
      // What is being read without it must not come after what is read with it.
      enabled: read.waiting === 0,
    })),
  });
  const states = new Map(wanted.map(({ path }, i) => [path, results[i]?.status]));
  const isReading = ({ path }: RunText) => states.get(path) === 'pending';
  return {
    named: named.map(({ name, texts }): NamedTexts => {
      const isAsked = texts.every(({ path }) => states.has(path));
      const state = !isAsked ? 'offered' : texts.some(isReading) ? 'reading' : 'read';
      return { name, texts, state };
    }),
    ask(texts: readonly RunText[]): void {
      remember([...new Set([...asked, ...texts.map(({ path }) => path)])]);
    },
    async leaveOut(texts: readonly RunText[]): Promise<void> {
      const paths = new Set(texts.map(({ path }) => path));
      remember(asked.filter((path) => !paths.has(path)));
      for (const text of texts) {
        client.removeQueries({ queryKey: ['text-log', directory.key, text.path] });
        await readText(client, directory.key, { ...text, isWanted: false });
      }
    },
  };
}

async function readText(
  client: QueryClient,
  directory: string,
  { run, path, isWanted }: RunText & { readonly isWanted: boolean },
): Promise<void> {
  const details = await reader.readText({ run: run.path, path, isWanted });
  client.setQueryData(runQuery(directory, run).queryKey, details);
  await client.invalidateQueries({
    predicate: ({ queryKey: [kind, of] }) => MADE_OF_POINTS.has(kind) && of === directory,
  });
}

function pathsOf(kept: unknown): readonly string[] {
  return Array.isArray(kept) ? kept.filter((path): path is string => typeof path === 'string') : [];
}

/** Files called the same are offered together: three hundred runs have one each. */
function byName(runs: readonly Run[]): { readonly name: string; readonly texts: RunText[] }[] {
  const named = new Map<string, RunText[]>();
  for (const run of runs) {
    for (const path of run.texts ?? []) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      named.set(name, [...(named.get(name) ?? []), { run, path }]);
    }
  }
  return [...named].map(([name, texts]) => ({ name, texts }));
}
