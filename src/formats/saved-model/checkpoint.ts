import type { CheckpointFormat } from '#formats/checkpoint-format.ts';

/** The main file of a SavedModel, which is a folder: `saved_model.pb`, and its weights under `variables/`. */
export const savedModel: CheckpointFormat = {
  id: 'saved-model',
  title: 'TensorFlow SavedModel',
  framework: 'tensorflow',
  spec: 'https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto',
  detect: ({ path }) => /(?:^|\/)saved_model\.pb$/.test(path),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};
