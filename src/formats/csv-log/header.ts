import { splitRow } from './row.ts';

/** Which columns of a table say when; `-1` where none does. */
export interface Header {
  readonly separator: string;
  /** Trimmed; `''` for a column without a name. */
  readonly names: readonly string[];
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
}

const SEPARATORS = [',', ';', '\t'] as const;

/** Those that stand in any text, too: they divide a header only if nothing but names is between them. */
const OTHER_SEPARATORS = ['|', ':', ' '] as const;

const COLUMN_NAME = /^[a-z_][^\s:|]*$/i;

/** Names of the column that counts optimizer steps; those that count them over all epochs first. */
const STEPS = [
  'global_step',
  'step',
  'steps',
  'train_step',
  'iteration',
  'iterations',
  'iter',
  'iters',
  'num_updates',
  'total_timesteps',
  'num_timesteps',
  'timesteps_total',
  'timesteps',
  'timestep',
  'training_iteration',
  'batch',
];

const EPOCHS = ['epoch', 'epochs', 'current_epoch', 'epoch_idx'];

const TIMES = [
  'wall_time',
  'walltime',
  'timestamp',
  'time',
  'datetime',
  'time_elapsed',
  'elapsed_time',
  'elapsed',
  'relative_time',
];

/** What loggers put before the name of a counter: `trainer/global_step`, `time/total_timesteps`. */
const COUNTER_PREFIX = /^(?:trainer|train|training|time|progress|general)\//;

/** What the columns of a table are; `null` for a line that names no column of steps or epochs. */
export function readHeader(line: string): Header | null {
  const separator = separatorOf(line);
  if (!separator) return null;
  const names = splitRow(line, separator).map((name) => name.trim());
  const keys = names.map(keyOf);
  const step = find(keys, STEPS);
  const epoch = find(keys, EPOCHS);
  if (step < 0 && epoch < 0) return null;
  return { separator, names, step, epoch, time: find(keys, TIMES) };
}

/** A line that some loggers put before the header. */
export function isRemark(line: string): boolean {
  return line.startsWith('#');
}

/** The separator that divides a line into most cells. */
function separatorOf(line: string): string | null {
  const counted = SEPARATORS.map((separator) => ({
    separator,
    count: splitRow(line, separator).length,
  }));
  const best = counted.reduce((most, one) => (one.count > most.count ? one : most));
  if (best.count > 1) return best.separator;
  return OTHER_SEPARATORS.find((separator) => dividesNames(line, separator)) ?? null;
}

function dividesNames(line: string, separator: string): boolean {
  const names = splitRow(line, separator).map((name) => name.trim());
  return names.length > 1 && names.every((name) => COLUMN_NAME.test(name));
}

/** `Global Step`, `_step`, `# epoch` → `global_step`, `step`, `epoch`. */
function keyOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^#\s*/, '')
    .replace(/[\s.-]+/g, '_')
    .replace(/^_+/, '');
}

/** The first of `wanted` that is there, under its bare name before one with a prefix. */
function find(keys: readonly string[], wanted: readonly string[]): number {
  const bare = wanted.map((name) => keys.indexOf(name)).find((index) => index >= 0);
  if (bare !== undefined) return bare;
  const stripped = keys.map((key) => key.replace(COUNTER_PREFIX, ''));
  return wanted.map((name) => stripped.indexOf(name)).find((index) => index >= 0) ?? -1;
}
