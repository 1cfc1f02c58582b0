import { queryOptions } from '@tanstack/react-query';
import type { Backend } from '#domain/evaluation.ts';
import type { GraphChoice } from '#domain/graph.ts';
import type { Run } from '#domain/run.ts';
import { reader } from '#workers/reader.ts';

let loading: Promise<typeof import('#workers/evaluator.ts')> | undefined;

/** The evaluator with all of tfjs: loaded when this page is opened, not before. */
export async function loadEvaluator() {
  loading ??= import('#workers/evaluator.ts');
  const { evaluator } = await loading;
  return evaluator;
}

/** Headers of a run's checkpoints, as they come; the checkpoints page asks for the same. */
export const runQuery = (directory: string, { path, ...files }: Run) =>
  queryOptions({
    queryKey: ['run', directory, path, files],
    queryFn: ({ signal, client, queryKey }) =>
      reader.run(
        { run: path },
        { signal, onProgress: (details) => client.setQueryData(queryKey, details) },
      ),
  });

/** Graph files for a checkpoint, the likeliest first. */
export const graphsQuery = (directory: string, checkpoint: string) =>
  queryOptions({
    queryKey: ['graphs', directory, checkpoint],
    queryFn: ({ signal }) => reader.graphs({ checkpoint }, { signal }),
  });

export const graphQuery = (directory: string, choice: GraphChoice) =>
  queryOptions({
    queryKey: ['graph', directory, choice],
    queryFn: ({ signal }) => reader.graph(choice, { signal }),
    // Its maps are compared by nothing; the same choice gives the same graph.
    structuralSharing: false,
  });

/** How the weights of a checkpoint meet a graph. */
export const bindingQuery = (directory: string, input: Parameters<typeof reader.binding>[0]) =>
  queryOptions({
    queryKey: ['binding', directory, input],
    queryFn: ({ signal }) => reader.binding(input, { signal }),
  });

/** A graph guessed from a state dict. */
export const proposalQuery = (directory: string, checkpoint: string) =>
  queryOptions({
    queryKey: ['proposal', directory, checkpoint],
    queryFn: ({ signal }) => reader.propose({ checkpoint }, { signal }),
  });

export const datasetQuery = (directory: string, path: string) =>
  queryOptions({
    queryKey: ['dataset', directory, path],
    queryFn: ({ signal }) => reader.dataset({ path }, { signal }),
  });

/** A backend that starts here, and what it computes on. */
export interface StartedBackend {
  readonly backend: Backend;
  readonly device: string;
}

/** Best first. */
export const backendsQuery = queryOptions({
  queryKey: ['backends'],
  queryFn: async ({ signal }): Promise<readonly StartedBackend[]> =>
    (await loadEvaluator()).backends(null, { signal }),
});

/** What was computed for single examples, by `Evaluation.key`; `null`: it is not kept any more. */
export const predictionsQuery = (key: string) =>
  queryOptions({
    queryKey: ['predictions', key],
    queryFn: async ({ signal }) => (await loadEvaluator()).predictions({ key }, { signal }),
    // Columns of a million numbers are compared by nothing.
    structuralSharing: false,
  });

/** Everything that was computed in this directory before and is kept in the browser, newest first. */
export const keptResultsQuery = (directory: string) =>
  queryOptions({
    queryKey: ['kept-results', directory],
    queryFn: async ({ signal }) => (await loadEvaluator()).results({ directory }, { signal }),
    structuralSharing: false,
  });

/** The present versions of files, by their paths. */
export const versionsQuery = (directory: string, paths: readonly string[]) =>
  queryOptions({
    queryKey: ['versions', directory, paths],
    queryFn: async ({ signal }): Promise<Readonly<Record<string, string>>> => {
      const versions = await reader.versions({ paths }, { signal });
      return Object.fromEntries(paths.map((path, index) => [path, versions[index] ?? '']));
    },
  });
