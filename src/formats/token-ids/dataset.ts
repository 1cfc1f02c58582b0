import type { DatasetFormat } from '#formats/dataset-format.ts';

/** Token ids one after another, with nothing around them, as nanoGPT's `val.bin`; or behind the header of llm.c. */
export const tokenIds: DatasetFormat = {
  id: 'token-ids',
  title: 'Token ids',
  spec: 'https://github.com/karpathy/nanoGPT/blob/master/data/openwebtext/prepare.py',
  /** Nothing in the file says so, but that it is nothing else. */
  detect: ({ path, head, size }) =>
    path.toLowerCase().endsWith('.bin') &&
    size % 2 === 0 &&
    head[0] !== 0x80 &&
    !(head[0] === 0x50 && head[1] === 0x4b) &&
    !(head[0] === 0x3c && head[1] === 0x21),
  open: async (...args) => (await import('./reader.ts')).openTokenIds(...args),
};
