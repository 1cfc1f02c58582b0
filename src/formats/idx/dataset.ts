import type { DatasetFormat } from '#formats/dataset-format.ts';

/** `t10k-images-idx3-ubyte`, `train-labels.idx1-ubyte`, `x.idx`, packed or not. */
export const IDX_NAME = /(?:[-.]idx\d-(?:u?byte|short|int|float|double)|\.idx)(?:\.gz)?$/i;

/** An array of examples as MNIST keeps them, and the array of their labels beside it. */
export const idx: DatasetFormat = {
  id: 'idx',
  title: 'IDX',
  spec: 'http://yann.lecun.com/exdb/mnist/',
  detect: ({ path, head }) => IDX_NAME.test(path) && !startsAsText(head),
  open: async (...args) => (await import('./reader.ts')).openIdx(...args),
};

/** Other things are called `.idx`, too. */
function startsAsText(head: Uint8Array): boolean {
  return head.length > 0 && head.subarray(0, 16).every((byte) => byte >= 0x20 && byte < 0x7f);
}
