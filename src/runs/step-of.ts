import type { Sourced } from '#domain/run.ts';
import type { Metadata } from '#domain/tensor.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { isStepFolder } from './folder-role.ts';
import { type KeyedNumber, numbersIn } from './numbers-in.ts';

/** How far a training was when a checkpoint was written. */
export interface Progress {
  readonly step: Sourced<number> | null;
  readonly epoch: Sourced<number> | null;
}

/** Keys for optimizer steps, the surest first. */
const STEP_KEYS = [
  'global_step',
  'step',
  'steps',
  'iteration',
  'iter',
  'iters',
  'iter_num',
  'num_steps',
  'n_iter',
  'it',
  'global_iter',
  'global_iteration',
  'current_step',
  'train_step',
  'train_steps',
  'total_steps_done',
  'num_updates',
  'optimizer_iterations',
  'iterations',
  '_iterations',
  'optimizer_step',
];

const EPOCH_KEYS = [
  'epoch',
  'current_epoch',
  'epochs',
  'cur_epoch',
  'last_epoch',
  'epoch_num',
  'ep',
];

/** Counts saves, not steps; better than nothing for putting checkpoints in order. */
const WEAK_STEP_KEYS = ['save_counter'];

/** Whether a step counts saves, and only orders checkpoints. */
export function isWeakStep({ where }: Sourced<number>): boolean {
  return where.includes('save_counter');
}

/** Where numbers of the schedule lie, not of the training: `epochs` in a configuration is how many to run. */
const CONFIGURATION_KEY =
  /(?:^|\.)(?:hyper_?parameters|hparams|config|cfg|args|params|opt|settings|lr_schedulers?|scheduler(?:_state_dict)?|optimizer(?:_state_dict|_states)?|loops|callbacks|state_dict|model(?:_state_dict)?)\./i;

/** The file's own metadata first, its name second. */
export function progressOf(
  path: string,
  metadata: { readonly [key: string]: Metadata } = {},
): Progress {
  const numbers = numbersIn(metadata).filter(({ where }) => !CONFIGURATION_KEY.test(where));
  const named = progressInName(path);
  return {
    step: find(numbers, STEP_KEYS) ?? named.step ?? find(numbers, WEAK_STEP_KEYS),
    epoch: find(numbers, EPOCH_KEYS) ?? named.epoch,
  };
}

function find(numbers: readonly KeyedNumber[], keys: readonly string[]): Sourced<number> | null {
  for (const key of keys) {
    const found = numbers.find((number) => number.key === key && isCount(number.value));
    if (found) return { value: found.value, from: 'metadata', where: found.where };
  }
  return null;
}

function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

/** Text before a number, as names have it: `global_step`, `epoch=`, `ckpt-`. */
const NAMED_STEP =
  /(?:^|[^a-z])(?:(?:global|train)?[-_]?steps?|iterations?|iters?|it)[-_=]?0*(\d+)/i;
const NAMED_EPOCH = /(?:^|[^a-z])(?:epochs?|ep|e)[-_=]?0*(\d+)(?![\d.]*\d*e)/i;

/** `checkpoint-500`, `ckpt-12`: steps for Hugging Face, saves for TensorFlow. */
const CHECKPOINT_NUMBER = /(?:^|[-_.])(?:checkpoint|ckpt|chkpt|model\.ckpt)[-_]0*(\d+)(?=$|[-_.])/i;

/** Keras: `05-0.123`, `weights.05-0.123`, `fer2013_mini.00-0.47`; the epoch comes before the metric. */
const EPOCH_BEFORE_METRIC = /(?:^|[-_.])0*(\d+)(?=-\d*\.\d+$)/;

/** `05`, as `05.weights.h5`. */
const LONE_NUMBER = /^0*(\d{1,9})$/;

/** `model_099`, `weights-7`, `net.12`: a lone number that nothing explains; not the decimals of `acc0.93`. */
const TRAILING_NUMBER = /(?:[-_]|(?<!\d)\.)0*(\d{1,9})$/;

function progressInName(path: string): Progress {
  const where = nameToRead(path);
  const stem = stemOf(where);
  const sourced = (text: string | undefined): Sourced<number> | null =>
    text === undefined ? null : { value: Number(text), from: 'name', where };

  const step = sourced((NAMED_STEP.exec(stem) ?? CHECKPOINT_NUMBER.exec(stem))?.[1]);
  const epoch = sourced(NAMED_EPOCH.exec(stem)?.[1]);
  if (step || epoch) return { step, epoch };
  const beforeMetric = sourced(EPOCH_BEFORE_METRIC.exec(stem)?.[1]);
  if (beforeMetric) return { step: null, epoch: beforeMetric };
  const trailing = sourced((LONE_NUMBER.exec(stem) ?? TRAILING_NUMBER.exec(stem))?.[1]);
  // TensorFlow and Orbax number their saves by steps; only those have no extension.
  return EXTENSION.test(where) ? { step: null, epoch: trailing } : { step: trailing, epoch: null };
}

/** The file's own name, or that of the folder where the folder is the checkpoint. */
function nameToRead(path: string): string {
  const parent = parentOf(path);
  return baseOf(isStepFolder(parent) ? parent : path);
}

const EXTENSION =
  /(?:\.(?:pth?|ckpt|bin|safetensors|keras|h5|hdf5|msgpack|gguf|tmp|part|index\.json|tar))+$/i;

function stemOf(name: string): string {
  return name
    .replace(/\.orbax-checkpoint-tmp(?:-\d+)?$/, '')
    .replace(EXTENSION, '')
    .replace(/\.weights$/, '')
    .replace(/-\d{5}-of-\d{5}$/, '');
}

/** `val_loss=0.02`, `acc0.93`: numbers with a point. */
const NAMED_METRIC =
  /([a-z][a-z0-9]*(?:[_/][a-z0-9]+)*)([=:_-]|(?<=[a-z]))(-?\d+\.\d+(?:e[-+]?\d+)?)/gi;

/** What may stand before the metric in a name: `model_e12_acc`. */
const BEFORE_METRIC =
  /^(?:.*[_/])?(?:e|ep|epoch|s|step|it|iter)[_/]?\d+[_/](?=.)|^(?:(?:model|checkpoint|ckpt|weights|net)[_/])+(?=.)/i;

export interface NamedMetric {
  /** `null` when the name says only the number. */
  readonly tag: string | null;
  readonly value: Sourced<number>;
  /** Digits behind the point. */
  readonly digits: number;
}

/** Metrics in a file's name. */
export function metricsInName(path: string): readonly NamedMetric[] {
  const where = baseOf(path);
  const stem = stemOf(where);
  const metric = (tag: string | null, text: string): NamedMetric => ({
    tag,
    value: { value: Number(text), from: 'name', where },
    digits: text.split('.')[1]?.length ?? 0,
  });
  const named = [...stem.matchAll(NAMED_METRIC)].flatMap(([, before = '', sign, text = '']) => {
    const tag = before.replace(BEFORE_METRIC, '');
    // Other words have a number right behind them as well: `v1.5`.
    return sign === '' && !isMetricKey(tag) ? [] : [metric(tag, text)];
  });
  if (named.length > 0) return named;
  const lone = /(?:^|[-_.])\d+[-_](-?\d*\.\d+)$/.exec(stem)?.[1];
  return lone === undefined ? [] : [metric(null, lone)];
}

/** The tag of a metric that a name gives without saying what it is. */
export const UNNAMED_METRIC = 'name';

/** Metrics that a checkpoint's own metadata gives. */
const METRIC_KEY =
  /^(?:(?:best|val|valid|validation|train|test|eval|epoch|final|min|max|current|avg|mean)_)*(?:loss|losses|accuracy|acc|acc1|acc5|top1|top5|metric|score|error|f1|auc|map|mae|mse|rmse|perplexity|ppl|bleu|rouge|iou|miou|dice|precision|recall|fitness|reward|psnr|ssim|fid)$/;

/** Whether a key, nested ones joined by `.`, leads to a metric. */
export function isMetricKey(where: string): boolean {
  const key = where.split(/[./]/).at(-1) ?? where;
  return METRIC_KEY.test(key.toLowerCase()) && !CONFIGURATION_KEY.test(where);
}

/** A record of metrics, as Orbax and many scripts keep one. */
export const METRICS = /^metrics?\./;

export function metricsOf(
  path: string,
  metadata: { readonly [key: string]: Metadata } = {},
): readonly { readonly tag: string; readonly value: Sourced<number> }[] {
  const found = numbersIn(metadata)
    .filter(({ where }) => isMetricKey(where))
    .map(({ where, value }) => ({
      tag: where.replace(METRICS, ''),
      value: { value, from: 'metadata' as const, where },
    }));
  const named = metricsInName(path)
    .filter(({ tag }) => tag === null || !/^(?:epoch|step|iter|ckpt|checkpoint)$/i.test(tag))
    .map(({ tag, value }) => ({ tag: tag ?? UNNAMED_METRIC, value }));
  return [...found, ...named];
}
