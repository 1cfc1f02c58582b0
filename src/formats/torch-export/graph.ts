import type { GraphFormat } from '#formats/graph-format.ts';
import { isExportArchive } from './detect.ts';

export const torchExportGraph: GraphFormat = {
  id: 'torch-export',
  title: 'torch.export (.pt2)',
  spec: 'https://docs.pytorch.org/docs/stable/export/pt2_archive.html',
  detect: isExportArchive,
  open: async (...args) => (await import('./graph-reader.ts')).openGraph(...args),
};
