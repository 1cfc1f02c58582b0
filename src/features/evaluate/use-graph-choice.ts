import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Graph, GraphChoice, Proposal } from '#domain/graph.ts';
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
  const hasCheckpoint = checkpoint !== undefined;
  const found = useQuery({
    ...graphsQuery(directory.key, checkpoint ?? ''),
    enabled: hasCheckpoint && scan.done,
  });
  const files = useMemo(
    () => [...new Set([...(found.data ?? []), ...scan.graphs])],
    [found.data, scan.graphs],
  );
  const [likeliest] = found.data ?? [];
  const file = view.proposed ? null : (view.graph ?? likeliest ?? null);
  const isProposal = file === null && hasCheckpoint && !found.isPending;
  const proposed = useQuery({
    ...proposalQuery(directory.key, checkpoint ?? ''),
    enabled: isProposal,
  });
  const choice = useMemo((): GraphChoice | null => {
    if (file !== null) return { kind: 'file', path: file };
    if (!isProposal || !proposed.data) return null;
    return { kind: 'proposal', proposal: editedProposal(proposed.data, view.layers) };
  }, [file, isProposal, proposed.data, view.layers]);
  const graph = useQuery({
    ...graphQuery(directory.key, choice ?? { kind: 'file', path: '' }),
    enabled: choice !== null,
  });
  const failed = [graph, proposed, found].find(({ isError }) => isError);
  return {
    files,
    choice,
    proposal: isProposal ? proposed.data : undefined,
    graph: choice ? graph.data : undefined,
    isReading: [graph, proposed, found].some(({ isFetching }) => isFetching),
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
