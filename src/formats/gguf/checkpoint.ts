import type { CheckpointFormat } from '#formats/checkpoint-format.ts';

export const gguf: CheckpointFormat = {
  id: 'gguf',
  title: 'GGUF',
  framework: null,
  spec: 'https://github.com/ggml-org/ggml/blob/master/docs/gguf.md',
  /** `GGUF`, in files of either byte order. */
  detect: ({ head }) => [0x47, 0x47, 0x55, 0x46].every((byte, i) => head[i] === byte),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};
