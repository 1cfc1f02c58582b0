import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { pytorch } from '#formats/pytorch/checkpoint.ts';
import { torchLegacy } from '#formats/torch-legacy/checkpoint.ts';
import { isModelStates } from './names.ts';

export const deepspeed: CheckpointFormat = {
  id: 'deepspeed',
  title: 'DeepSpeed',
  framework: 'pytorch',
  spec: 'https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/utils/zero_to_fp32.py',
  detect: (probe: Probe) =>
    isModelStates(probe.path) && (pytorch.detect(probe) || torchLegacy.detect(probe)),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};
