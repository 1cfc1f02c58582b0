import type { DatasetFormat } from '#formats/dataset-format.ts';

export const parquet: DatasetFormat = {
  id: 'parquet',
  title: 'Parquet',
  spec: 'https://parquet.apache.org/docs/file-format/',
  detect: ({ head }) => String.fromCharCode(...head.subarray(0, 4)) === 'PAR1',
  open: async (...args) => (await import('./reader.ts')).openParquet(...args),
};
