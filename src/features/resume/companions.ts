import type { CheckpointSummary } from '#domain/summary.ts';
import { joinPath, pyString } from './python-literal.ts';
import type { CodeSection, ResumeNote } from './resume-code.ts';

/** States that the Hugging Face Trainer and accelerate keep in files beside the weights. */
const STATES = ['optimizer', 'scheduler', 'scaler'] as const;

/** A state in a file of its own. */
export interface Companion {
  readonly variable: (typeof STATES)[number];
  /** As in Python. */
  readonly path: string;
}

export function companions({ ref }: CheckpointSummary, prefix: string): readonly Companion[] {
  return STATES.flatMap((variable) => {
    const file = ref.files.find((path) => path.endsWith(`/${variable}.pt`));
    return file ? [{ variable, path: joinPath(prefix, file) }] : [];
  });
}

/** Python that loads them; empty when there are none. */
export function companionCode(found: readonly Companion[]): readonly string[] {
  return found.map(
    ({ variable, path }) =>
      `${variable}.load_state_dict(torch.load(${pyString(path)}, map_location='cpu', weights_only=True))`,
  );
}

/** A folder that `Trainer` writes and reads as a whole. */
export function trainerCode({ ref }: CheckpointSummary, prefix: string): readonly CodeSection[] {
  if (ref.path === ref.main || !/(?:^|\/)checkpoint-\d+$/.test(ref.path)) return [];
  const code = [
    'trainer = ...  # transformers.Trainer(...), as it was when this was saved',
    '',
    `trainer.train(resume_from_checkpoint=${pyString(joinPath(prefix, ref.path))})`,
  ].join('\n');
  return [{ title: 'Hugging Face Trainer', code }];
}

/** What the files do not hold, as far as their format tells. */
export function absentNotes({ readiness }: CheckpointSummary): readonly ResumeNote[] {
  const parts = (['optimizer', 'scheduler'] as const).filter((part) => readiness?.[part] === false);
  return parts.length > 0 ? [{ kind: 'absent', parts }] : [];
}
