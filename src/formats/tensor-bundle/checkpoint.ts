import { tableMagic } from '#encodings/sstable.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import { beginsLikeIndex } from './begins-like-index.ts';

export const tensorBundle: CheckpointFormat = {
  id: 'tensor-bundle',
  title: 'TensorFlow checkpoint',
  framework: 'tensorflow',
  spec: 'https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto',
  /** A table, by its magic number or by how an index begins; `.index`, as the names of shards follow from it. */
  detect: ({ path, size, head, tail }) =>
    path.endsWith('.index') &&
    (size === 0 || tableMagic(tail) !== 'absent' || beginsLikeIndex(head)),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};
