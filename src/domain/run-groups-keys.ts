import type { Metadata } from './tensor.ts';

/** Why a key does not tell one configuration from another. */
export type LeftOutReason =
  /** It says with which random numbers a run began. */
  | 'seed'
  /** It merely names the run: where it wrote, when and on what it ran. */
  | 'name';

/** A key that says with which random numbers a run began: `seed`, `random_state`, `trainer.seed`. */
export function isSeedKey(key: string): boolean {
  const words = wordsOf(lastOf(key));
  const name = words.join('');
  if (/^(?:randomstate|rng|rngstate|pythonhashseed|seednum|rngkey|prngkey)$/.test(name))
    return true;
  const at = words.findIndex((word) => /^seeds?$/.test(word));
  if (at < 0) return false;
  // `seed_everything` is one; `seed_model`, the model that another began from, is none.
  const after = words.slice(at + 1).join('');
  return /^(?:|\d+|everything|value|num|number|offset|id|idx|index|base|all)$/.test(after);
}

/** Names that end here, with small letters alone: `outputdir`. */
function names(...patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

/** Where a run wrote, and what it was called. What it read (`data_dir`, `model_path`) is no name of it. */
const CALLED = names(
  '(?:output|out|log|logs|logging|save|saved|ckpt|ckpts|checkpoint|checkpoints|run|runs|work|exp|experiment|result|results|tensorboard|tb|cache|tmp|temp|dump|artifact|artifacts|snapshot|summary|wandb|mlflow|trial)(?:dir|dirs|directory|folder|root)',
  '(?:output|log|logging|save|saving|ckpt|checkpoint|result|results|run|exp)(?:path|file|filename|prefix|uri|to)',
  'dirpath|defaultrootdir|artifacturi|artifactlocation|hubmodelid|resume|resumefrom|resumefromcheckpoint|resumepath|autoresume',
  '(?:run|exp|experiment|job|trial|session|wandb|slurmjob|slurmarraytask)(?:name|id|uuid|number|num|no|idx|index)',
  'trial|trials|replicate|repetition|uuid|guid|slug|displayname|notes?|description|comment|name|runs?',
);

/** When it ran, and on what. */
const CIRCUMSTANCES = names(
  '(?:start|started|end|ended|finish|finished|create|created|launch|launched|begin|run|current|now)?(?:time|timestamp|date|datetime|timestr)(?:at|utc|str|string)?',
  '(?:started|created|finished|ended|updated|launched)at|ts|now',
  '(?:host|node|machine|computer|server)(?:name|id)?|user|username|pid|processid|masterport|masteraddr|mainprocessport|port|distport|disturl|initmethod',
  '(?:local|global|node|world|process|dist|ddp)rank|localprocessindex|processindex|workerid',
  'device|gpu|gpuid|gpuids|gpuindex|cudadevice|cudadevices|cudavisibledevices|deviceid|deviceids|deviceindex',
);

/** A key that merely names the run: `output_dir`, `run_name`, `timestamp`, `hostname`, `cuda_device`. */
export function isNameKey(key: string): boolean {
  const name = nameOf(key);
  return CALLED.test(name) || CIRCUMSTANCES.test(name);
}

/** The values of each key in every run, `undefined` where it has none. */
export type Columns = ReadonlyMap<string, readonly (Metadata | undefined)[]>;

/**
 * Why keys do not tell configurations apart, by key: by their names; or as each run has an identifier of its
 * own there.
 *
 * @param columns of the keys that differ
 * @param runs `Run.path`, in the same order
 */
export function leftOutKeys(
  columns: Columns,
  runs: readonly string[],
): ReadonlyMap<string, LeftOutReason> {
  const left = new Map<string, LeftOutReason>();
  for (const key of columns.keys()) {
    const reason = leftOutReason(key, columns, runs);
    if (reason) left.set(key, reason);
  }
  return left;
}

function leftOutReason(
  key: string,
  columns: Columns,
  runs: readonly string[],
): LeftOutReason | null {
  const values = columns.get(key) ?? [];
  if (isSeedKey(key)) return 'seed';
  const name = nameOf(key);
  if (CIRCUMSTANCES.test(name)) return 'name';
  const isIdentified = values.every((value, i) => isIdentifier(key, value, runs[i] ?? ''));
  // A folder that several runs of one kind wrote to may be all that tells them from another kind.
  if (CALLED.test(name)) {
    const isOfSeed = [...columns].some(([key, seeds]) => isSeedKey(key) && follow(values, seeds));
    return isIdentified || isOfSeed || !areShared(values) ? 'name' : null;
  }
  return runs.length >= FEWEST && isIdentified && areDifferent(values) ? 'name' : null;
}

/** Of two runs, whatever differs is different in each. */
const FEWEST = 3;

/** Each value is that of two runs at least. */
function areShared(values: readonly (Metadata | undefined)[]): boolean {
  const counts = new Map<string, number>();
  for (const value of values.map(textOfValue)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].every((count) => count > 1);
}

/** The same seed has the same value everywhere. */
function follow(
  values: readonly (Metadata | undefined)[],
  seeds: readonly (Metadata | undefined)[],
): boolean {
  const bySeed = new Map<string, string>();
  return values.map(textOfValue).every((value, i) => {
    const seed = textOfValue(seeds[i]);
    const before = bySeed.get(seed);
    bySeed.set(seed, value);
    return before === undefined || before === value;
  });
}

function areDifferent(values: readonly (Metadata | undefined)[]): boolean {
  return new Set(values.map(textOfValue)).size === values.length;
}

function textOfValue(value: Metadata | undefined): string {
  return JSON.stringify(value, plainBigint) ?? '';
}

function plainBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

/**
 * A value that can only be there to name its run. A number that differs in every run may be what was
 * searched over (a learning rate), and a word may be too (an optimizer): they are not.
 */
function isIdentifier(key: string, value: Metadata | undefined, run: string): boolean {
  if (typeof value === 'number') {
    return Number.isInteger(value) && /(?:^|[^a-z])(?:id|idx|index|no|job)$/i.test(key);
  }
  if (typeof value !== 'string') return false;
  const folder = run.slice(run.lastIndexOf('/') + 1);
  return (
    (folder.length > 2 && value.includes(folder)) ||
    /\d{4}-?\d\d-?\d\d/.test(value) ||
    /(?:^|[^\da-z])(?=[\da-f]*\d)[\da-f]{7,}(?:$|[^\da-z])/i.test(value) ||
    (/[._-]id$|^id$/i.test(key) && value.length > 0)
  );
}

/** What names something by the key above it: of `run.name` and `optimizer.name` only the first is a run's. */
const BESIDE_PARENT = /^(?:name|id|dir|path|file|version|number|uuid|root)$/i;

/** The words of a key that count, joined: `outputdir` of `train.args.output_dir`, `runname` of `run.name`. */
function nameOf(key: string): string {
  const parts = key.split(/[./]/);
  const count = parts.length > 1 && BESIDE_PARENT.test(parts.at(-1) ?? '') ? 2 : 1;
  return parts.slice(-count).flatMap(wordsOf).join('');
}

/** `output_dir` of `train.args.output_dir`. */
function lastOf(key: string): string {
  return key.slice(Math.max(key.lastIndexOf('.'), key.lastIndexOf('/')) + 1);
}

/** The words of a name, in small letters: of `outputDir`, `output-dir` and `OUTPUT_DIR` the same. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+|(?<=seeds?)(?=\d)/)
    .filter((word) => word !== '');
}
