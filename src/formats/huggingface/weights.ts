import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { pytorch } from '#formats/pytorch/checkpoint.ts';
import { safetensors } from '#formats/safetensors/checkpoint.ts';
import { pytorchIndex, safetensorsIndex } from '#formats/safetensors-index/checkpoint.ts';
import { torchLegacy } from '#formats/torch-legacy/checkpoint.ts';

/** In which transformers writes weights. */
const FORMATS = [safetensorsIndex, pytorchIndex, pytorch, torchLegacy, safetensors];

export function weightsFormat(probe: Probe): CheckpointFormat | undefined {
  return FORMATS.find((format) => format.detect(probe));
}
