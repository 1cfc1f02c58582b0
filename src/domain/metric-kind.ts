/** What a metric is, read off its name. */
export interface MetricKind {
  /** `progress` counts epochs, steps or seconds: no result of training. */
  readonly measures: 'loss' | 'accuracy' | 'learning-rate' | 'progress' | 'other';
  /** On which examples; `null` when the name does not say, mostly because they are those trained on. */
  readonly split: 'train' | 'validation' | 'test' | null;
  /** Which way is better; `null` when the name does not say. */
  readonly better: 'lower' | 'higher' | null;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Whatever else a name says, these settle the examples, in this order: `eval_train_loss` is of training. */
const SPLITS: readonly (readonly [ReadonlySet<string>, MetricKind['split']])[] = [
  [words('val valid validation holdout'), 'validation'],
  [words('test testing'), 'test'],
  [words('train training trn'), 'train'],
  [words('eval evaluation'), 'validation'],
];

/** Ultralytics keeps what it measures on validation images under this. */
const ULTRALYTICS = 'metrics/';

const LOSSES = words('loss losses nll crossentropy ce bce cost');
/** Numbers about a loss that are none: `loss_scale` of mixed precision. */
const NO_LOSSES = words('scale scaler coef coefficient');
const ERRORS = words(
  'error errors err mse rmse mae mape msle rmsle perplexity ppl bpb bpc wer cer fid kid brier ece lpips',
);
const ACCURACIES = words('acc accuracy top1 top3 top5 acc1 acc5 prec1 prec5');
const SCORES = words(
  'precision recall sensitivity specificity f1 f2 fscore fbeta score auc auroc auprc roc iou miou giou dice bleu rouge meteor cider chrf r2 psnr ssim ndcg mrr hits jaccard kappa mcc pearson pearsonr spearman spearmanr reward rew return exact ar',
);
/** `AP`, `mAP50`, `mAP50-95` (read as `map50` and `95`), `APs`. */
const AVERAGE_PRECISION = /^m?ap(\d+|[sml])?$/;
const ROUGE = /^rouge(\d|l|lsum)$/;
const LEARNING_RATES = words('lr lrs learningrate');
const PROGRESS = words(
  'epoch epochs step steps iter iteration iterations time walltime timestamp runtime eta seconds sec duration flos samples throughput',
);

/** How values were put together, which says nothing of what they are. */
const AVERAGING = words('epoch step mean avg average smooth smoothed total vs iterations score');
/** Of a metric that is kept both ways, the one for each epoch is the calmer. */
const PER_STEP = words('step iterations');

/** In the languages of the screen, and names that are one word but written as two. */
const REWRITTEN: readonly (readonly [RegExp, string])[] = [
  [/损失/g, ' loss '],
  [/准确率|正确率|精度/g, ' accuracy '],
  [/学习率/g, ' lr '],
  [/训练/g, ' train '],
  [/验证/g, ' val '],
  [/测试/g, ' test '],
  [/([a-z])([A-Z][a-z])/g, '$1 $2'],
  [/\b(top|acc|prec)[-_@ ](\d)/gi, '$1$2'],
  [/learning[-_ ]rate/gi, 'learningrate'],
  [/cross[-_ ]entropy/gi, 'crossentropy'],
  [/io_u\b/g, 'iou'],
];

function wordsOf(tag: string): string[] {
  const rewritten = REWRITTEN.reduce((text, [from, to]) => text.replace(from, to), tag);
  return rewritten
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/**
 * What a name means, by the words it is made of: `val/loss`, `eval_accuracy`, `metrics/mAP50(B)`. A loss
 * wins over an accuracy, an error over a score: `accuracy_loss` is better low, and so is `top1_error`.
 */
export function metricKind(tag: string): MetricKind {
  return meaningOf(tag).kind;
}

interface Meaning {
  readonly kind: MetricKind;
  readonly rank: readonly number[];
}

/** Names are asked for over and over, thousands at a time; a directory has no more than these. */
const MOST_KNOWN = 100_000;
const known = new Map<string, Meaning>();

function meaningOf(tag: string): Meaning {
  const found = known.get(tag);
  if (found) return found;
  const parts = wordsOf(tag);
  const kind = kindOf(tag, parts);
  const meaning = { kind, rank: rankOf(kind, parts) };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(tag, meaning);
  return meaning;
}

function kindOf(tag: string, parts: readonly string[]): MetricKind {
  const split = splitOf(tag, parts);
  const has = (set: ReadonlySet<string>) => parts.some((word) => set.has(word));
  if (has(LEARNING_RATES)) return { measures: 'learning-rate', split, better: null };
  if (has(NO_LOSSES)) return { measures: 'other', split, better: null };
  if (has(LOSSES)) return { measures: 'loss', split, better: 'lower' };
  if (has(ERRORS)) return { measures: 'other', split, better: 'lower' };
  if (has(ACCURACIES)) return { measures: 'accuracy', split, better: 'higher' };
  if (has(SCORES) || parts.some(isScore)) return { measures: 'other', split, better: 'higher' };
  return { measures: has(PROGRESS) ? 'progress' : 'other', split, better: null };
}

function isScore(word: string): boolean {
  return AVERAGE_PRECISION.test(word) || ROUGE.test(word);
}

function splitOf(tag: string, parts: readonly string[]): MetricKind['split'] {
  const found = SPLITS.find(([set]) => parts.some((word) => set.has(word)));
  if (found) return found[1];
  // Further on it is a deviation: `std_dev`.
  return parts[0] === 'dev' || tag.startsWith(ULTRALYTICS) ? 'validation' : null;
}

/**
 * Metrics in the order in which they are shown: those of validation first, losses before accuracies and
 * other scores; then those of test, then of training; learning rates, the rest, and counters last. Among
 * their like, plain names come before longer ones.
 */
export function orderMetrics(tags: readonly string[]): string[] {
  return tags
    .map((tag) => ({ tag, rank: meaningOf(tag).rank }))
    .sort((a, b) => compare(a.rank, b.rank) || (a.tag < b.tag ? -1 : 1))
    .map(({ tag }) => tag);
}

/**
 * The metric that says most of how good a run is: the first in order of those whose better direction is
 * known, else the first that is no counter; `null` when there is none.
 */
export function mainMetric(tags: readonly string[]): string | null {
  const ordered = orderMetrics(tags);
  const judged = ordered.find((tag) => metricKind(tag).better !== null);
  return judged ?? ordered.find((tag) => metricKind(tag).measures !== 'progress') ?? null;
}

const SPLIT_RANK = { validation: 0, test: 1, train: 2 } as const;

function rankOf(
  { measures, split, better }: MetricKind,
  parts: readonly string[],
): readonly number[] {
  const kinds = [LOSSES, ERRORS, ACCURACIES, SCORES, AVERAGING, ...SPLITS.map(([set]) => set)];
  const extra = parts.filter((word) => !isScore(word) && !kinds.some((set) => set.has(word)));
  const perStep = parts.some((word) => PER_STEP.has(word)) ? 1 : 0;
  const named = extra.length * 2 + perStep;
  if (better === null) {
    return [measures === 'learning-rate' ? 3 : measures === 'other' ? 4 : 5, 0, named];
  }
  const kind = measures === 'loss' ? 0 : measures === 'accuracy' ? 1 : 2;
  return [SPLIT_RANK[split ?? 'train'], kind, named];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
