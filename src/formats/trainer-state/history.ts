import type { HistoryFormat } from '#formats/history-format.ts';

/** Named by the Trainer; copies may have any name. */
const NAME = /(?:^|\/)trainer_state\.json$/;

/** What the Trainer of Hugging Face knows of its training, written whole with every checkpoint. */
export const trainerState: HistoryFormat = {
  id: 'trainer-state',
  title: 'Trainer state',
  spec: 'https://huggingface.co/docs/transformers/main_classes/callback#transformers.TrainerState',
  resumable: false,
  detect({ path, head }) {
    if (NAME.test(path)) return true;
    const text = new TextDecoder('latin1').decode(head);
    return /^\s*\{/.test(text) && /"log_history"\s*:\s*\[/.test(text);
  },
  async *read(...args) {
    const { read } = await import('./reader.ts');
    yield* read(...args);
  },
};
