import type { DatasetFormat } from '#formats/dataset-format.ts';
import type { Probe } from '#formats/probe.ts';

/** `tf.train.Example` in a TFRecord file, packed or not, or in several numbered ones. */
export const tfrecordExamples: DatasetFormat = {
  id: 'tfrecord',
  title: 'TFRecord',
  spec: 'https://www.tensorflow.org/tutorials/load_data/tfrecord',
  detect,
  open: async (...args) => (await import('./reader.ts')).openTfRecord(...args),
};

const NAME = /\.tfrecords?(?:[-.]\d{5}-of-\d{5})?(?:\.gz)?$|\.tfrec$/i;

/** Other names count where an example begins behind the first length: field 1, a map of features. */
function detect({ path, head }: Probe): boolean {
  if (path.includes('.tfevents')) return false;
  if (NAME.test(path)) return true;
  const isHigh = head.subarray(4, 8).some((byte) => byte !== 0);
  return /-\d{5}-of-\d{5}$/.test(path) && !isHigh && head[12] === 0x0a && head.length > 16;
}
