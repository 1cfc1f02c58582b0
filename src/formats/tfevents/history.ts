import type { HistoryFormat } from '#formats/history-format.ts';

/** What the first event of every file says of its version, without the number. */
const VERSION = 'brain.Event:';

/** `u64` length, `u32` checksum, `f64` wall time with its key, key and length of the version. */
const VERSION_AT = 12 + 9 + 2;

/** Writers end the names of their files in many ways, but all have this in them. */
const NAME = /(^|\.)tfevents(\.|$)/;

/** The log that TensorBoard reads, as TensorFlow, Keras, PyTorch and their like write it. */
export const tfevents: HistoryFormat = {
  id: 'tfevents',
  title: 'TensorBoard events',
  spec: 'https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto',
  resumable: true,
  /** By its name, which an empty or damaged file has too, else by its first event. */
  detect({ path, head }) {
    if (NAME.test(path.slice(path.lastIndexOf('/') + 1))) return true;
    const version = head.subarray(VERSION_AT, VERSION_AT + VERSION.length);
    return String.fromCharCode(...version) === VERSION;
  },
  async *read(...args) {
    const { read } = await import('./reader.ts');
    yield* read(...args);
  },
};
