import type { CheckpointFormat } from '#formats/checkpoint-format.ts';

/** `.weights.json`: which of several `.weights.h5` beside it holds the variables of each layer. */
export const kerasSharded: CheckpointFormat = {
  id: 'keras-sharded',
  title: 'Sharded Keras weights',
  framework: 'keras',
  spec: 'https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/',
  detect: ({ path, head }) =>
    /\.weights\.json$/i.test(path) && new TextDecoder().decode(head).includes('"weight_map"'),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};
