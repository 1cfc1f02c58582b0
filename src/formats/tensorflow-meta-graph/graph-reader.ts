import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { readMessage } from '#encodings/protobuf.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { metaGraph } from '#formats/tensorflow-graph/graph-proto.ts';
import { bodyOf, libraryOf } from '#formats/tensorflow-graph/library.ts';
import { portsOf, signaturesOf } from '#formats/tensorflow-graph/ports.ts';
import { translate } from '#formats/tensorflow-graph/translate.ts';
import { restoredNames, variablesOf } from '#formats/tensorflow-graph/variables.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { baseOf } from '#io/path.ts';
import { guessPorts } from './guess-ports.ts';

/** It has no weights in it; TensorFlow's own limit is 2 GiB. */
const MAX_GRAPH = 2 ** 28;

/**
 * The network in a graph of TensorFlow 1. Where no signature names what goes in and what comes out, outputs
 * are told by their names, or as what the loss is computed from.
 */
export async function openGraph(source: ByteSource, options: OpenOptions = {}): Promise<Graph> {
  const { path, size } = source;
  if (size > MAX_GRAPH) {
    const limit = MAX_GRAPH;
    throw new CheckpointError({ kind: 'too-large', what: 'the graph', size, limit }, { path });
  }
  const bytes = await source.read(0, size, options.signal);
  const { graph, info, signatures } = readMessage(metaGraph, new Cursor(bytes, path));
  if (!graph) {
    throw new CheckpointError({ kind: 'malformed', what: 'there is no graph in it' }, { path });
  }
  const body = bodyOf(graph);
  const library = libraryOf(graph, info?.ops?.ops ?? []);
  const names = signaturesOf(signatures);
  const chosen = options.signature ?? names[0];
  const signature = signatures.find(({ key }) => key === chosen)?.value;
  const ports = signature
    ? { inputs: portsOf(signature.inputs), outputs: portsOf(signature.outputs) }
    : guessPorts(body, library);
  if (ports.outputs.length === 0) {
    const reasons = ['it does not say which of its values are outputs'];
    throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  }
  return translate({
    body,
    library,
    ...ports,
    variables: variablesOf(body, restoredNames(body)),
    weights: new Map(),
    title: `${baseOf(path)} · ${chosen ?? ports.outputs.map(({ key }) => key).join(', ')}`,
    path,
    lengths: options.lengths,
  });
}
