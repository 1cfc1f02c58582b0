import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

export const torchDistributed: CheckpointFormat = {
  id: 'torch-distributed',
  title: 'PyTorch distributed',
  framework: 'pytorch',
  spec: 'https://docs.pytorch.org/docs/stable/distributed.checkpoint.html',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** The file that says where everything is. Flutter has one of the same name, which is text. */
function detect({ path, head }: Probe): boolean {
  return /(?:^|\/)\.metadata(?:\.tmp)?$/.test(path) && head[0] === 0x80 && (head[1] ?? 9) <= 5;
}
