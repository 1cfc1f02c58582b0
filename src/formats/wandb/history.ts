import type { HistoryFormat } from '#formats/history-format.ts';

/** `:W&B`, a magic number and a version: the header of every file. */
const MAGIC = [0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe];

/** The log of a run that Weights & Biases writes beside the training, whether or not it is sent anywhere. */
export const wandb: HistoryFormat = {
  id: 'wandb',
  title: 'Weights & Biases log',
  spec: 'https://github.com/wandb/wandb/blob/main/wandb/proto/wandb_internal.proto',
  resumable: true,
  /** By its header; a run that has just begun has none yet. */
  detect({ path, size, head }) {
    if (size === 0) return path.endsWith('.wandb');
    return MAGIC.every((byte, i) => head[i] === byte);
  },
  async *read(...args) {
    const { read } = await import('./reader.ts');
    yield* read(...args);
  },
};

/** The last values of a run that left no log. */
export const wandbSummary: HistoryFormat = {
  id: 'wandb-summary',
  title: 'Weights & Biases summary',
  spec: 'https://docs.wandb.ai/ref/python/public-api/run#summary',
  resumable: false,
  detect: ({ path, head }) => /(?:^|\/)wandb-summary\.json$/.test(path) && head[0] === 0x7b,
  async *read(...args) {
    const { read } = await import('./summary-reader.ts');
    yield* read(...args);
  },
};
