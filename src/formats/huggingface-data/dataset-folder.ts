import type { DatasetFolderFormat } from '#formats/dataset-folder-format.ts';

/** A folder of Hugging Face's `Dataset.save_to_disk`: one split. */
export const huggingfaceData: DatasetFolderFormat = {
  id: 'huggingface-data',
  title: 'Hugging Face data set',
  spec: 'https://huggingface.co/docs/datasets/package_reference/main_classes#datasets.Dataset.save_to_disk',
  detect: ({ files }) => files.some((file) => /^data-\d{5}-of-\d{5}\.arrow$/.test(file)),
  open: async (...args) => (await import('./reader.ts')).openSavedToDisk(...args),
};
