import type { GraphFormat } from '#formats/graph-format.ts';
import type { Probe } from '#formats/probe.ts';

/** The network of a layers model of TensorFlow.js, as Keras 2 describes it. */
export const tfjsLayersGraph: GraphFormat = {
  id: 'tfjs-layers',
  title: 'TensorFlow.js layers model',
  spec: 'https://github.com/tensorflow/tfjs/tree/master/tfjs-layers',
  detect: (probe) => is(probe, LAYERS),
  open: async (...args) => (await import('./layers-graph-reader.ts')).open(...args),
};

/** The network of a graph model of TensorFlow.js: a frozen graph of TensorFlow. */
export const tfjsGraphModel: GraphFormat = {
  id: 'tfjs-graph',
  title: 'TensorFlow.js graph model',
  spec: 'https://github.com/tensorflow/tfjs/tree/master/tfjs-converter',
  detect: (probe) => is(probe, GRAPH),
  open: async (...args) => (await import('./graph-model-reader.ts')).open(...args),
};

/** How a kind says what it is; `topology` of models without `format`. */
interface Signs {
  readonly format: RegExp;
  readonly topology: RegExp;
}

const LAYERS: Signs = {
  format: /"format"\s*:\s*"layers-model"/,
  topology:
    /"modelTopology"\s*:\s*\{\s*"(?:class_name|config|keras_version|backend|model_config|training_config)"/,
};

const GRAPH: Signs = {
  format: /"format"\s*:\s*"graph-model"/,
  topology: /"modelTopology"\s*:\s*\{\s*"(?:node|versions|library)"/,
};

function is({ path, head, tail }: Probe, { format, topology }: Signs): boolean {
  if (!/\.json$/i.test(path)) return false;
  const start = new TextDecoder().decode(head);
  if (!start.trimStart().startsWith('{')) return false;
  return topology.test(start) || format.test(start) || format.test(new TextDecoder().decode(tail));
}
