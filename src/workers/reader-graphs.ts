import type { Graph } from '#domain/graph.ts';
import type { GraphReading } from '#domain/graph-reading.ts';
import { CheckpointError } from '#domain/problem.ts';
import { graphFormats, probe } from '#formats/index.ts';
import type { ModelFolder } from '#formats/open-options.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';
import { openPath, siblingsOf, statOrNull } from './reader-files.ts';
import { byFit } from './reader-graph-fit.ts';
import { findCheckpoint, type Session } from './reader-session.ts';

/** Files looked into for a graph that their names do not promise. */
const MAX_UNNAMED = 20;

/** Graphs of other runs that are offered. */
const MAX_OTHERS = 100;

/** Checkpoints that are looked at for the base of an adapter. */
const MAX_MODELS = 1000;

/**
 * Graph files for a checkpoint, most likely first: the one whose parameters are just its weights, itself
 * where it has one, those of its run, then others.
 */
export async function graphsFor(
  session: Session,
  path: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { ref, run } = findCheckpoint(session, path);
  const unnamed = run ? session.grouping.unnamed(run.path).slice(0, MAX_UNNAMED) : [];
  const own = run?.graphs ?? [];
  const others = session.scan.graphs.filter((graph) => !own.includes(graph));
  const nearest = others
    .map((graph) => ({ graph, shared: sharedParts(parentOf(graph), parentOf(path)) }))
    .sort((a, b) => b.shared - a.shared)
    .map(({ graph }) => graph)
    .slice(0, MAX_OTHERS);
  const beside = configsOf(ref.main, run?.path ?? parentOf(ref.main));
  const candidates = [...new Set([ref.main, ...own, ...beside, ...unnamed, ...nearest])];
  const are = await Promise.all(candidates.map((candidate) => isGraph(session, candidate, signal)));
  const graphs = candidates.filter((_, i) => are[i]);
  const open = (graph: string, inner?: AbortSignal) => openGraph(session, graph, inner);
  return byFit(session, { ref, graphs, open }, signal);
}

/** What transformers and PEFT call their configurations, beside the weights and in the folder of the run. */
function configsOf(path: string, run: string): readonly string[] {
  const folders = [parentOf(path), run];
  return folders.flatMap((folder) =>
    ['adapter_config.json', 'config.json'].map((name) => joinPath(folder, name)),
  );
}

/** Folders that hold a whole model, for an adapter that is added to one. */
async function modelsOf({ scan, directory }: Session): Promise<readonly ModelFolder[]> {
  const refs = scan.runs
    .flatMap(({ checkpoints }) => checkpoints)
    .filter(({ main }) => !baseOf(main).startsWith('adapter_model'))
    .slice(0, MAX_MODELS);
  const found = await Promise.all(
    refs.map(async ({ path, main }) => {
      const folder = parentOf(main);
      const config = await statOrNull(directory, joinPath(folder, 'config.json'));
      if (!config) return [];
      const open = (name: string) => openPath(directory, joinPath(folder, name));
      return [{ path: folder, checkpoint: path, open }];
    }),
  );
  return found.flat();
}

async function isGraph(
  { directory, limit }: Session,
  path: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const seen = await limit(async () => probe(await openPath(directory, path), signal), signal);
    return graphFormats.some((format) => format.detect(seen));
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

function sharedParts(a: string, b: string): number {
  const others = b.split('/');
  const parts = a.split('/');
  const differs = parts.findIndex((part, i) => part !== others[i]);
  return differs === -1 ? parts.length : differs;
}

export async function openGraph(
  session: Session,
  path: string,
  signal?: AbortSignal,
  { signature, lengths }: GraphReading = {},
): Promise<Graph> {
  const { directory } = session;
  const source = await openPath(directory, path);
  const seen = await probe(source, signal);
  const format = graphFormats.find((candidate) => candidate.detect(seen));
  if (!format) {
    throw new CheckpointError({ kind: 'unsupported', feature: 'this kind of graph' }, { path });
  }
  return format.open(source, {
    signal,
    signature,
    lengths,
    sibling: siblingsOf(directory, path),
    models: () => modelsOf(session),
  });
}
