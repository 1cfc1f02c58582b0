import type { Graph, GraphParameter } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { readMessage } from '#encodings/protobuf.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { open as openBundle } from '#formats/tensor-bundle/reader.ts';
import { type MetaGraphMessage, savedModelGraphs } from '#formats/tensorflow-graph/graph-proto.ts';
import { bodyOf, libraryOf } from '#formats/tensorflow-graph/library.ts';
import { portsOf, signaturesOf } from '#formats/tensorflow-graph/ports.ts';
import { translate } from '#formats/tensorflow-graph/translate.ts';
import { restoredNames, variablesOf } from '#formats/tensorflow-graph/variables.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { objectsOfHandles, parametersOf } from './parameters.ts';

/** A graph takes kilobytes, a frozen one as much as its weights; TensorFlow's own limit is 2 GiB. */
const MAX_MODEL = 2 ** 29;

/**
 * What a signature of a SavedModel computes: `serving_default`, or the one that is asked for. Variables are
 * asked for by the names and object paths under which checkpoints of the same model keep them.
 */
export async function openGraph(source: ByteSource, options: OpenOptions = {}): Promise<Graph> {
  const { path, size } = source;
  if (size > MAX_MODEL) {
    const limit = MAX_MODEL;
    throw new CheckpointError({ kind: 'too-large', what: 'the graph', size, limit }, { path });
  }
  const bytes = await source.read(0, size, options.signal);
  const { metaGraphs } = readMessage(savedModelGraphs, new Cursor(bytes, path));
  const metaGraph = servedOf(metaGraphs);
  if (!metaGraph?.graph) {
    throw new CheckpointError({ kind: 'malformed', what: 'there is no graph in it' }, { path });
  }
  const names = signaturesOf(metaGraph.signatures);
  const chosen = options.signature ?? names[0] ?? '';
  const signature = metaGraph.signatures.find(({ key }) => key === chosen)?.value;
  if (!signature) {
    const reasons = [
      names.length === 0
        ? 'it has no signature: nothing says what goes in and what comes out'
        : `it has no signature ${chosen}, but ${names.join(', ')}`,
    ];
    throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  }
  const graph = await translate({
    body: bodyOf(metaGraph.graph),
    library: libraryOf(metaGraph.graph, metaGraph.info?.ops?.ops ?? []),
    inputs: portsOf(signature.inputs),
    outputs: portsOf(signature.outputs),
    variables: await namesOf(metaGraph, options),
    weights: new Map(),
    title: `${baseOf(parentOf(path)) || baseOf(path)} · ${chosen}`,
    path,
    lengths: options.lengths,
  });
  return { ...graph, signatures: [chosen, ...names.filter((name) => name !== chosen)] };
}

/** What is tagged for serving; training graphs lie beside it at times. */
function servedOf(metaGraphs: readonly MetaGraphMessage[]): MetaGraphMessage | undefined {
  const isServed = ({ info }: MetaGraphMessage) => info?.tags.includes('serve') ?? false;
  return metaGraphs.find(isServed) ?? metaGraphs[0];
}

/** Parameters by the node of their variable: by objects, or as TensorFlow 1 has named them. */
async function namesOf(
  metaGraph: MetaGraphMessage,
  options: OpenOptions,
): Promise<ReadonlyMap<string, GraphParameter>> {
  const { graph, objects } = metaGraph;
  const body = graph ? bodyOf(graph) : undefined;
  if (!body) return new Map();
  const plain = variablesOf(body, restoredNames(body));
  if (!objects) return plain;
  const tensors = await bundleOf(options);
  const handles = objectsOfHandles(body, objects);
  if (handles.size === 0) return plain;
  const named = parametersOf(objects, new Set(handles.values()), tensors);
  const byNode = [...handles].flatMap(([node, id]) => {
    const parameter = named.get(id);
    return parameter ? [[node, parameter] as const] : [];
  });
  // other variables are not asked for by their shared names, which mean nothing in a checkpoint
  return new Map(byNode);
}

/** Its own weights: they know the full names of variables. Without them paths alone have to do. */
async function bundleOf({ sibling, signal }: OpenOptions): Promise<readonly TensorInfo[]> {
  try {
    const index = await sibling?.('variables/variables.index');
    if (!index) return [];
    const within = sibling && ((name: string) => sibling(`variables/${name}`));
    const { tensors } = await openBundle(index, { signal, sibling: within });
    return [...tensors.values()];
  } catch (error) {
    if (error instanceof CheckpointError && error.problem.kind !== 'changed') return [];
    throw error;
  }
}
