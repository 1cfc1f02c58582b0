import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { weightsFormat } from './weights.ts';

/** The folder that the Trainer of transformers writes at a step, or accelerate at a save: weights and all beside them. */
export const huggingface: CheckpointFormat = {
  id: 'huggingface',
  title: 'Hugging Face',
  framework: 'pytorch',
  spec: 'https://huggingface.co/docs/transformers/trainer#checkpoints',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

const IN_STEP_FOLDER =
  /(?:^|\/)(?:tmp-)?checkpoint[-_]\d+\/(?:(?:model|adapter_model)\.safetensors|(?:pytorch_model|adapter_model)\.bin|model\.safetensors\.index\.json|pytorch_model\.bin\.index\.json)$/;

/** A temporary folder is one whatever is in it: the save did not finish. */
function detect(probe: Probe): boolean {
  if (!IN_STEP_FOLDER.test(probe.path)) return false;
  return weightsFormat(probe) !== undefined || /(?:^|\/)tmp-[^/]*\/[^/]*$/.test(probe.path);
}
