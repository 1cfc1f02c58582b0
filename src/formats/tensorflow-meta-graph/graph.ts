import type { GraphFormat } from '#formats/graph-format.ts';

/** The graph beside a checkpoint of TensorFlow 1: `model.ckpt-100.meta`. */
export const tensorflowMetaGraph: GraphFormat = {
  id: 'tensorflow-meta-graph',
  title: 'TensorFlow MetaGraph',
  spec: 'https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/meta_graph.proto',
  // the first field is its information, the second its graph
  detect: ({ path, head }) => path.endsWith('.meta') && (head[0] === 0x0a || head[0] === 0x12),
  open: async (...args) => (await import('./graph-reader.ts')).openGraph(...args),
};
