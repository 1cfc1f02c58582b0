/** Names of the key that counts optimizer steps, those that count them over all epochs first. */
const STEPS = [
  'global_step',
  'step',
  'steps',
  '_step',
  'train_step',
  'update_step',
  'total_steps',
  'iteration',
  'iterations',
  'iter',
  'iters',
  'num_updates',
  'update',
  'total_timesteps',
  'num_timesteps',
  'timesteps_total',
  'num_env_steps_sampled_lifetime',
  'timesteps',
  'timestep',
  'training_iteration',
  'total_iter',
  'batch',
];

const EPOCHS = ['epoch', 'current_epoch', 'epoch_idx', 'epoch_num'];

/** When a row was written, told as a date. */
const DATES = [
  'timestamp',
  '_timestamp',
  'wall_time',
  'walltime',
  'time',
  'datetime',
  'date',
  'created_at',
  'ts',
];

/** Seconds since the start. */
const ELAPSED = [
  'wall_time',
  'walltime',
  '_runtime',
  'runtime',
  'elapsed',
  'elapsed_time',
  'time_elapsed',
  'total_time',
  'time_total_s',
  'relative_time',
  'seconds_elapsed',
];

/** What loggers put before the name of a counter: `trainer/global_step`, `time/total_timesteps`. */
const COUNTER_PREFIX = /^(?:trainer|train|training|time|progress|general)[./]/;

export interface KeyRole {
  /** Place among the names of steps, the best first; -1 for others. */
  readonly step: number;
  readonly epoch: number;
  readonly date: number;
  readonly elapsed: number;
}

const roles = new Map<string, KeyRole | null>();

/** Keys are few and come again on every line; a file of nothing but keys must not fill the memory. */
const MAX_KNOWN = 10_000;

/** What a key says of its row beside its metrics; `null`: it is one of them. */
export function roleOfKey(key: string): KeyRole | null {
  const known = roles.get(key);
  if (known !== undefined) return known;
  const name = key.trim().toLowerCase().replace(COUNTER_PREFIX, '').replaceAll(/[ -]/g, '_');
  const places = {
    step: STEPS.indexOf(name),
    epoch: EPOCHS.indexOf(name),
    date: DATES.indexOf(name),
    elapsed: ELAPSED.indexOf(name),
  };
  const role = Object.values(places).some((place) => place >= 0) ? places : null;
  if (roles.size < MAX_KNOWN) roles.set(key, role);
  return role;
}

/** Keys under which a row repeats what the training was started with. */
export const CONFIGURATION_KEY = /^(?:config|cfg|hparams|hyper_?parameters|args)$/i;
