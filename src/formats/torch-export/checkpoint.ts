import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import { isExportArchive } from './detect.ts';

export const torchExportCheckpoint: CheckpointFormat = {
  id: 'torch-export',
  title: 'torch.export (.pt2)',
  framework: 'pytorch',
  spec: 'https://docs.pytorch.org/docs/stable/export/pt2_archive.html',
  detect: isExportArchive,
  open: async (...args) => (await import('./checkpoint-reader.ts')).openCheckpoint(...args),
};
