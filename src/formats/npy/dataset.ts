import type { DatasetFormat } from '#formats/dataset-format.ts';

/** An array of inputs, and the array of their labels where one lies beside it. */
export const npy: DatasetFormat = {
  id: 'npy',
  title: 'NumPy .npy',
  spec: 'https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html',
  /** `0x93` NUMPY; a damaged one is still one by its name. */
  detect: ({ path, head }) =>
    [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => head[i] === byte) ||
    path.toLowerCase().endsWith('.npy'),
  open: async (...args) => (await import('./reader.ts')).openNpy(...args),
};
