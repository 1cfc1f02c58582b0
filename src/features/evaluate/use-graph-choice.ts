import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Graph, GraphChoice } from '#domain/graph.ts';
import type { Proposal } from '#domain/proposal.ts';
import type { Run } from '#domain/run.ts';
import type { PageProps } from '#ui/page-props.ts';
import { editedProposal } from './proposal-edits.ts';
import { graphQuery, graphsQuery, proposalQuery } from './queries.ts';
import type { EvaluateView } from './view.ts';

/** The graph that is chosen or was found, and how far reading it is. */
export interface ChosenGraph {
  /** Files to choose from, the likeliest first. */
  readonly files: readonly string[];
  /** `null`: nothing to take it from. */
  readonly choice: GraphChoice | null;
  /** As it came from the state dict, before corrections. */
  readonly proposal: Proposal | undefined;
  readonly graph: Graph | undefined;
  readonly isReading: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

/** @param checkpoint the first of those that are chosen */
export function useGraphChoice(
  { view, directory, scan }: PageProps<EvaluateView>,
  checkpoint: string | undefined,
): ChosenGraph {
  const path = checkpoint ?? '';
  const found = useQuery({
    ...graphsQuery(directory.key, path),
    enabled: checkpoint !== undefined && scan.done,
  });
  const files = useMemo(
    () => [...new Set([...(found.data ?? []), ...scan.graphs])],
    [found.data, scan.graphs],
  );
  const likeliest = found.data?.[0] ?? null;
  const own = likeliest !== null && isOwn(likeliest, path, scan.runs);
  const proposed = useQuery({
    ...proposalQuery(directory.key, path),
    enabled: found.isSuccess && mayPropose(view, own),
  });
  const file = chosenFile(view, { likeliest, own, hasProposal: !proposed.isError });
  const proposal = file === null ? proposed.data : undefined;
  const { layers, signature } = view;
  const choice = useMemo((): GraphChoice | null => {
    if (file !== null) {
      return { kind: 'file', path: file, ...(signature === null ? {} : { signature }) };
    }
    return proposal ? { kind: 'proposal', proposal: editedProposal(proposal, layers) } : null;
  }, [file, proposal, layers, signature]);
  const graph = useQuery({
    ...graphQuery(directory.key, choice ?? { kind: 'file', path: '' }),
    enabled: choice !== null,
  });
  const queries = [graph, ...(file === null ? [proposed] : []), found];
  const failed = queries.find(({ isError }) => isError);
  return {
    files,
    choice,
    proposal,
    graph: choice ? graph.data : undefined,
    isReading: queries.some(({ isFetching }) => isFetching),
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}

type GraphView = Pick<EvaluateView, 'graph' | 'proposed'>;

function mayPropose({ graph, proposed }: GraphView, own: boolean): boolean {
  return proposed || (graph === null && !own);
}

/** What was found besides the person's choice. */
export interface FoundGraphs {
  readonly likeliest: string | null;
  /** Whether that lies with the checkpoint. */
  readonly own: boolean;
  /** Whether the state dict suggests a graph, as far as is known. */
  readonly hasProposal: boolean;
}

/**
 * The file of the graph; `null`: the proposal. The graph of another run is better than none, but not
 * than what the checkpoint itself suggests.
 */
export function chosenFile(
  { graph, proposed }: GraphView,
  { likeliest, own, hasProposal }: FoundGraphs,
): string | null {
  if (proposed) return null;
  return graph ?? (own || !hasProposal ? likeliest : null);
}

/** Whether a graph lies with the run of a checkpoint, or in a folder around it. */
export function isOwn(graph: string, checkpoint: string, runs: readonly Run[]): boolean {
  const run = runs.find(({ checkpoints }) => checkpoints.some(({ path }) => path === checkpoint));
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1);
  return run?.graphs.includes(graph) === true || checkpoint.startsWith(folder);
}
