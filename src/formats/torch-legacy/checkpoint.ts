import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

export const torchLegacy: CheckpointFormat = {
  id: 'torch-legacy',
  title: 'PyTorch (before 1.6)',
  framework: 'pytorch',
  spec: 'https://github.com/pytorch/pytorch/blob/main/torch/serialization.py',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** 0x1950a86a20f9469cfc6c as `LONG1`, and the end of the first pickle. */
const MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Behind the number of the protocol, and from protocol 4 on behind the length of the frame. */
function detect({ head }: Probe): boolean {
  const hasMagic = (at: number) => MAGIC.every((byte, index) => head[at + index] === byte);
  return head[0] === 0x80 && (hasMagic(2) || hasMagic(11));
}
