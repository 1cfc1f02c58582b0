import type { DatasetFormat } from '#formats/dataset-format.ts';

export const npz: DatasetFormat = {
  id: 'npz',
  title: 'NumPy .npz',
  spec: 'https://numpy.org/doc/stable/reference/generated/numpy.savez.html',
  /** A zip archive under this name; an empty one has no local header. */
  detect: ({ path, head }) =>
    path.toLowerCase().endsWith('.npz') && head[0] === 0x50 && head[1] === 0x4b,
  open: async (...args) => (await import('./reader.ts')).openNpz(...args),
};
