import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import { pytorch } from '#formats/pytorch/checkpoint.ts';
import { torchLegacy } from '#formats/torch-legacy/checkpoint.ts';
import { isRankFile } from './ranks.ts';

export const megatron: CheckpointFormat = {
  id: 'megatron',
  title: 'Megatron-LM',
  framework: 'pytorch',
  spec: 'https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/checkpointing.py',
  detect: (probe) => isRankFile(probe.path) && (pytorch.detect(probe) || torchLegacy.detect(probe)),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};
