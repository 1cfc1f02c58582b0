import { isTar } from '#encodings/tar.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';

export const torchTar: CheckpointFormat = {
  id: 'torch-tar',
  title: 'PyTorch (before 0.2)',
  framework: 'pytorch',
  spec: 'https://github.com/pytorch/pytorch/blob/main/torch/serialization.py',
  detect: ({ head }) => isTar(head) && MEMBERS.has(firstName(head)),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** What such an archive holds; any of them may come first. */
const MEMBERS = new Set(['sys_info', 'pickle', 'tensors', 'storages']);

function firstName(head: Uint8Array): string {
  const name = new TextDecoder('latin1').decode(head.subarray(0, 100));
  return name.replace(/\0.*$/s, '').replace(/^\.\//, '');
}
