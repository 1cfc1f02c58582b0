import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { JsonNode, parseJson } from '#encodings/json-node.ts';
import { graphOf } from '#formats/keras-config/graph-reader.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** A layer takes about 1 kB: the largest published models have a few thousand. */
const MAX_CONFIGURATION = 2 ** 26;

/**
 * The graph that `modelTopology` describes: a configuration of Keras 2, in `model_config` where the converter wrote
 * it, bare where TensorFlow.js itself did. Throws `unfit` with every layer, setting and argument that is not known.
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Graph> {
  const { path, size } = source;
  if (size > MAX_CONFIGURATION) {
    const limit = MAX_CONFIGURATION;
    throw new CheckpointError({ kind: 'too-large', what: 'the model', size, limit }, { path });
  }
  const root = parseJson(await source.read(0, size, signal), { path });
  const topology = root.get('modelTopology');
  const model = topology.find('model_config') ?? topology;
  const version = topology.find('keras_version')?.text();
  const described = { keras_version: version, ...Object.fromEntries(membersOf(model)) };
  return graphOf(new JsonNode(described, { path }, '.modelTopology'), path);
}

function membersOf(model: JsonNode): [string, unknown][] {
  return model.entries().map(([key, { value }]) => [key, value]);
}
