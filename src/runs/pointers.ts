import type { CheckpointRef, PointerClaim } from '#domain/run.ts';
import type { Metadata } from '#domain/tensor.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { isStepFolder } from './folder-role.ts';
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

const CHECKPOINT_EXTENSION = /(?:\.(?:pth?|ckpt|bin|safetensors|keras|h5|weights|tar))+$/;

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

/** TensorFlow 1 names all shards of a checkpoint at once: `model.ckpt-30-?????-of-00003`. */
const ANY_SHARD = /-\?+-of-\d+$/;

/**
 * The checkpoint that a claim means: by its path where that fits, else by its last part, as a whole
 * directory may have been moved. Nothing outside the run is ever looked for.
 */
export function resolvePointer(
  { file, says, target }: Pointer,
  checkpoints: readonly CheckpointRef[],
): PointerClaim {
  const whole = target.replace(ANY_SHARD, '');
  const name = baseOf(whole.replace(/[\\/]+$/, '').replaceAll('\\', '/'));
  const found =
    checkpoints.find(({ path }) => path === whole) ??
    checkpoints.find((ref) => isNamed(ref, name) && parentOf(ref.path) === parentOf(file)) ??
    checkpoints.find((ref) => isNamed(ref, name));
  return { file, says, target, checkpoint: found?.path ?? null };
}

function isNamed({ path, main }: CheckpointRef, name: string): boolean {
  const folder = parentOf(path);
  // A folder of several files is named as a whole.
  const names = [baseOf(path), baseOf(main), ...(isStepFolder(folder) ? [baseOf(folder)] : [])];
  const iteration = asNumber(name);
  return names.some(
    (one) => one === name || (iteration !== null && STEP_NAME.exec(one)?.[1] === String(iteration)),
  );
}

const STEP_NAME = /^(?:iter|global_step|step|checkpoint)[-_]?0*(\d+)$/;
