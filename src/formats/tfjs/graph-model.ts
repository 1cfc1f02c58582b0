import type { GraphFormat } from '#formats/graph-format.ts';
import type { Probe } from '#formats/probe.ts';

/** The network of a graph model of TensorFlow.js: a frozen graph of TensorFlow. */
export const tfjsGraphModel: GraphFormat = {
  id: 'tfjs-graph',
  title: 'TensorFlow.js graph model',
  spec: 'https://github.com/tensorflow/tfjs/tree/master/tfjs-converter',
  detect,
  open: async (...args) => (await import('./graph-model-reader.ts')).open(...args),
};

const FORMAT = /"format"\s*:\s*"graph-model"/;
/** Of models without `format`. */
const TOPOLOGY = /"modelTopology"\s*:\s*\{\s*"(?:node|versions|library)"/;

function detect({ path, head, tail }: Probe): boolean {
  if (!/\.json$/i.test(path)) return false;
  const start = new TextDecoder().decode(head);
  if (!start.trimStart().startsWith('{')) return false;
  return TOPOLOGY.test(start) || FORMAT.test(start) || FORMAT.test(new TextDecoder().decode(tail));
}
