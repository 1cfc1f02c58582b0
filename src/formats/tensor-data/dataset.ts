import type { DatasetFormat } from '#formats/dataset-format.ts';
import { pytorch } from '#formats/pytorch/checkpoint.ts';
import { safetensors } from '#formats/safetensors/checkpoint.ts';
import { torchLegacy } from '#formats/torch-legacy/checkpoint.ts';

/** Examples that `torch.save` wrote: a dictionary, a tuple, a `TensorDataset`, or a list of samples. */
export const torchData: DatasetFormat = {
  id: 'torch-data',
  title: 'PyTorch data',
  spec: pytorch.spec,
  detect: (probe) => pytorch.detect(probe) || torchLegacy.detect(probe),
  open: async (...args) => (await import('./torch-reader.ts')).openTorchData(...args),
};

export const safetensorsData: DatasetFormat = {
  id: 'safetensors-data',
  title: 'Safetensors data',
  spec: safetensors.spec,
  detect: (probe) => safetensors.detect(probe),
  open: async (...args) => (await import('./safetensors-reader.ts')).openSafetensorsData(...args),
};
