import { tableMagic } from '#encodings/sstable.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { beginsLikeSlices } from './begins-like-slices.ts';

/** What `tf.train.Saver(write_version=V1)` wrote until 2017: one table with the tensors in it, or shards of it. */
export const tensorflowV1: CheckpointFormat = {
  id: 'tensorflow-v1',
  title: 'TensorFlow V1 checkpoint',
  framework: 'tensorflow',
  spec: 'https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice.proto',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** A table that is no index of a bundle, by its magic number or by how the first of its entries begins. */
function detect({ path, head, tail }: Probe): boolean {
  if (/\.index(?:\.tempstate\d+)?$/.test(path)) return false;
  return tableMagic(tail) !== 'absent' || beginsLikeSlices(head);
}
