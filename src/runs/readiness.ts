import { roleOf } from '#domain/role.ts';
import type { Readiness } from '#domain/summary.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import { baseOf } from '#io/path.ts';
import { isRecord } from './numbers-in.ts';

/** Keys of what training needs to go on, in a dictionary or as names of files beside the weights. */
const PARTS = {
  optimizer: /optim|^opt_state$/i,
  scheduler: /sched/i,
  scaler: /scaler|scaling_state|mixedprecision|^amp$/i,
  rng: /(?:^|[^a-z])rng|random_states?|seed_generator|^generator/i,
  dataPosition:
    /sampler|data_?loader|dataset_state|data_position|^loops$|fit_loop|batch_idx|iterator|samples_seen/i,
} as const;

/** Formats whose checkpoints hold all that was saved, in one dictionary or in one folder. */
const WHOLE: ReadonlySet<string> = new Set([
  'pytorch',
  'torch-legacy',
  'torch-tar',
  'torch-distributed',
  'deepspeed',
  'megatron',
  'huggingface',
]);

/** Settings name optimizers and schedules; they are none. */
const SETTINGS = /^(?:training_args|adapter_config|trainer_state)$/;

/**
 * What a checkpoint holds that a training needs to go on, from its keys, the roles of its tensors and
 * the files that belong to it.
 *
 * @param format id of its format: a file of tensors alone cannot tell that it has no scheduler
 */
export function readinessOf(
  checkpoint: Checkpoint,
  format: string,
  files: readonly string[],
): Readiness {
  const roles = new Set([...checkpoint.tensors.values()].map(roleOf));
  const keys = keysOf(checkpoint);
  const beside = files.filter((file) => !checkpoint.files.includes(file)).map(baseOf);
  const says = (part: RegExp): boolean => [...keys, ...beside].some((key) => part.test(key));
  // A dictionary or a whole folder shows all that was saved; a list of tensors leaves it open.
  const tells = WHOLE.has(format) || beside.length > 0;
  const has = (part: RegExp): boolean | null => says(part) || (tells ? false : null);
  return {
    weights: roles.has('weight') || roles.has('ema'),
    optimizer: roles.has('optimizer') || says(PARTS.optimizer),
    scheduler: has(PARTS.scheduler),
    scaler: has(PARTS.scaler),
    rng: has(PARTS.rng),
    dataPosition: has(PARTS.dataPosition),
  };
}

/** Keys of the outer two levels, with something in them. */
function keysOf({ tensors, metadata }: Checkpoint): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const [key, value] of Object.entries(metadata)) {
    for (const part of key.split('.').slice(0, 2)) keys.add(part);
    if (isRecord(value) && !SETTINGS.test(key))
      for (const inner of Object.keys(value)) keys.add(inner);
  }
  for (const { name, path } of tensors.values()) {
    for (const key of (path ?? name.split(/[./]/)).slice(0, 2)) keys.add(key);
  }
  return keys;
}
