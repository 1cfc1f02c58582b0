import type { DatasetFolderFormat } from '#formats/dataset-folder-format.ts';
import { IMAGE_FILE } from './image-file.ts';

/** A folder of images for each class: `<class>/…/<image>`. */
export const imageFolder: DatasetFolderFormat = {
  id: 'image-folder',
  title: 'Image folder',
  spec: 'https://github.com/pytorch/vision/blob/main/torchvision/datasets/folder.py',
  detect: ({ files }) => files.some((file) => file.includes('/') && IMAGE_FILE.test(file)),
  open: async (...args) => (await import('./reader.ts')).openImageFolder(...args),
};
