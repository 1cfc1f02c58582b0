import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

/** Arrays that NumPy saved, by their names: parameters, where they are no examples. */
export const npzCheckpoint: CheckpointFormat = {
  id: 'npz-weights',
  title: 'NumPy arrays',
  framework: null,
  spec: 'https://numpy.org/doc/stable/reference/generated/numpy.savez.html',
  detect: (probe) => isArchive(probe) || isArray(probe),
  open: async (...args) => (await import('./checkpoint-reader.ts')).open(...args),
};

/** A zip archive with that name, or whose first entry is an array. */
function isArchive({ path, head }: Probe): boolean {
  if (head[0] !== 0x50 || head[1] !== 0x4b) return false;
  if (path.toLowerCase().endsWith('.npz')) return true;
  if (head[2] !== 3 || head[3] !== 4) return false;
  const length = (head[26] ?? 0) + 256 * (head[27] ?? 0);
  return new TextDecoder().decode(head.subarray(30, 30 + length)).endsWith('.npy');
}

/** `0x93` NUMPY */
function isArray({ head }: Probe): boolean {
  return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => head[i] === byte);
}
