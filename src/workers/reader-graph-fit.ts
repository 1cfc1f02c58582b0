import { bind } from '#domain/bind.ts';
import type { Graph } from '#domain/graph.ts';
import type { CheckpointRef } from '#domain/run.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { createCache } from './reader-cache.ts';
import { openCheckpoint } from './reader-checkpoints.ts';
import { statOrNull, versionOf } from './reader-files.ts';
import type { Session } from './reader-session.ts';

/** Graphs that are read to be compared: each is a description of some megabytes. */
const MAX_COMPARED = 12;

type Parameters = Graph['parameters'];

/** What graphs ask for, by path and version; `null` for one that cannot be computed. */
const asked = new WeakMap<Session, ReturnType<typeof createCache<Parameters | null>>>();

interface Fitting {
  readonly ref: CheckpointRef;
  /** Most likely first, as their paths tell. */
  readonly graphs: readonly string[];
  readonly open: (path: string, signal?: AbortSignal) => Promise<Graph>;
}

/**
 * Graphs of a checkpoint, the one first that asks for just the weights that it has: of several in a folder
 * it is the one it was trained with. One graph after the other is read until one fits; where none does, or
 * the checkpoint cannot be read, their order stays.
 */
export async function byFit(
  session: Session,
  { ref, graphs, open }: Fitting,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (graphs.length < 2) return graphs;
  const tensors = await tensorsOf(session, ref, signal);
  if (!tensors) return graphs;
  let best: { readonly graph: string; readonly unused: number } | null = null;
  for (const graph of graphs.slice(0, MAX_COMPARED)) {
    const parameters = await parametersOf(session, { path: graph, open }, signal);
    const unused = parameters ? unusedBy(parameters, tensors) : null;
    if (unused === null || (best && best.unused <= unused)) continue;
    best = { graph, unused };
    if (unused === 0) break;
  }
  if (!best) return graphs;
  const first = best.graph;
  return [first, ...graphs.filter((graph) => graph !== first)];
}

/** Weights that the graph has no use for; `null` where it asks for what is not there. */
function unusedBy(parameters: Parameters, tensors: readonly TensorInfo[]): number | null {
  const { used, missing, reshaped, ambiguous, unused } = bind(parameters, tensors);
  // two sets of weights that fit are a choice for later
  if (ambiguous.length > 0) return tensors.length;
  return used.length === 0 || missing.length > 0 || reshaped.length > 0 ? null : unused.length;
}

async function tensorsOf(
  session: Session,
  ref: CheckpointRef,
  signal: AbortSignal | undefined,
): Promise<readonly TensorInfo[] | null> {
  try {
    const { checkpoint } = await openCheckpoint(session.checkpoints, ref, signal);
    return [...checkpoint.tensors.values()];
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

async function parametersOf(
  session: Session,
  { path, open }: { readonly path: string; readonly open: Fitting['open'] },
  signal: AbortSignal | undefined,
): Promise<Parameters | null> {
  const cache = asked.get(session) ?? createCache<Parameters | null>(MAX_COMPARED * 4);
  asked.set(session, cache);
  const version = versionOf([await statOrNull(session.directory, path)]);
  return cache.get(
    `${path}\n${version}`,
    async (inner) => {
      try {
        return (await open(path, inner)).parameters;
      } catch {
        inner.throwIfAborted();
        return null;
      }
    },
    signal,
  );
}
