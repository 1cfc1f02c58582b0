import type { GraphFormat } from '#formats/graph-format.ts';
import type { Probe } from '#formats/probe.ts';

/** The network of a layers model of TensorFlow.js, as Keras 2 describes it. */
export const tfjsLayersGraph: GraphFormat = {
  id: 'tfjs-layers',
  title: 'TensorFlow.js layers model',
  spec: 'https://github.com/tensorflow/tfjs/tree/master/tfjs-layers',
  detect,
  open: async (...args) => (await import('./layers-graph-reader.ts')).open(...args),
};

const FORMAT = /"format"\s*:\s*"layers-model"/;
/** Of models without `format`; a graph has nodes in its place. */
const TOPOLOGY =
  /"modelTopology"\s*:\s*\{\s*"(?:class_name|config|keras_version|backend|model_config|training_config)"/;

function detect({ path, head, tail }: Probe): boolean {
  if (!/\.json$/i.test(path)) return false;
  const start = new TextDecoder().decode(head);
  if (!start.trimStart().startsWith('{')) return false;
  return TOPOLOGY.test(start) || FORMAT.test(start) || FORMAT.test(new TextDecoder().decode(tail));
}
