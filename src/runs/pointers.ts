import type { CheckpointRef, PointerClaim } from '#domain/run.ts';
import type { Metadata } from '#domain/tensor.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { asNumber, isRecord } from './numbers-in.ts';

/** A checkpoint that a framework names, before it is looked for. */
export interface Pointer {
  readonly file: string;
  readonly says: 'latest' | 'best';
  readonly target: string;
}

/** Names by which training scripts say what a checkpoint is. */
const LATEST_NAME = /^(?:last|latest)(?:[-_.](?:checkpoint|ckpt|model|epoch))?$/i;
const BEST_NAME =
  /^(?:(?:model|checkpoint|ckpt)[-_.])?best(?:[-_.](?:checkpoint|ckpt|model|weights))?$/i;

const CHECKPOINT_EXTENSION = /(?:\.(?:pth?|ckpt|bin|safetensors|keras|h5|weights))+$/;

/** `best.pth` and `last.ckpt` are claims by their names alone. */
export function pointersInNames(checkpoints: readonly CheckpointRef[]): readonly Pointer[] {
  return checkpoints.flatMap(({ path }) => {
    const stem = baseOf(path).replace(CHECKPOINT_EXTENSION, '');
    const says = BEST_NAME.test(stem) ? 'best' : LATEST_NAME.test(stem) ? 'latest' : null;
    return says ? [{ file: path, says, target: path }] : [];
  });
}

/** A text file of one line: `latest`, `last_checkpoint`, `latest_checkpointed_iteration.txt`. */
export function pointersInText(file: string, text: string): readonly Pointer[] {
  const target = text.trim();
  return target === '' || target.includes('\n') ? [] : [{ file, says: 'latest', target }];
}

/** `trainer_state.json` of the Hugging Face Trainer. */
export function pointersInTrainerState(file: string, state: Metadata): readonly Pointer[] {
  const target = isRecord(state) ? state['best_model_checkpoint'] : undefined;
  return typeof target === 'string' && target !== '' ? [{ file, says: 'best', target }] : [];
}

/**
 * The checkpoint that a claim means: by its path where that fits, else by its last part, as a whole
 * directory may have been moved. Claims that only repeat a name are left out.
 */
export function resolvePointer(
  { file, says, target }: Pointer,
  checkpoints: readonly CheckpointRef[],
): PointerClaim {
  const name = baseOf(target.replace(/[\\/]+$/, '').replaceAll('\\', '/'));
  const found =
    checkpoints.find(({ path }) => path === target) ??
    checkpoints.find((ref) => isNamed(ref, name) && parentOf(ref.path) === parentOf(file)) ??
    checkpoints.find((ref) => isNamed(ref, name));
  return { file, says, target, checkpoint: found?.path ?? null };
}

function isNamed({ path, main }: CheckpointRef, name: string): boolean {
  if (baseOf(path) === name || baseOf(main) === name) return true;
  const iteration = asNumber(name);
  const numbered = /^(?:iter|global_step|step|checkpoint)[-_]?0*(\d+)$/.exec(baseOf(path))?.[1];
  return iteration !== null && numbered !== undefined && Number(numbered) === iteration;
}
