/** A count, and what it goes up to where the line says so: `Step [100/600]`. */
export interface Counter {
  readonly value: number;
  readonly total: number | null;
}

/** What a line says; every field may be missing. */
export interface TextRow {
  readonly step: Counter | null;
  readonly epoch: Counter | null;
  /** Seconds since 1970, of a date at its start; `NaN` without one. */
  readonly time: number;
  readonly values: readonly (readonly [tag: string, value: number])[];
}

/** Colours of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the escape character
const COLOURS = /\u001b\[[\d;]*[A-Za-z]/g;

const DATE = /^\W{0,2}(\d{4}-\d\d-\d\d)[ T_](\d\d:\d\d:\d\d(?:[.,]\d+)?)/;

/** Longer lines are no metrics but what a library prints of itself. */
const MAX_LINE = 4000;

const STEP =
  /(?<![\w/])(?:global[_ ]?step|train[_ ]?step|steps?|iterations?|iters?|it|updates?|batch)(?:\((?:train|val)\))?['"]?\s*[=:#]?\s*[[(]?\s*(\d+)(?:\s*(?:\/|of)\s*(\d+))?(?!\d*\.\d|[\d.]*[a-z%])/i;

/** `Epoch: [3][100/500]`, `Epoch: 1 [640/60000`, `| epoch 1 | 200/ 2983 batches`, and plain ones. */
const EPOCH =
  /\b(?:epochs?|ep)['"]?\s*[=:#]?\s*[[(]?\s*(\d+(?:\.\d+)?)(?:\s*(?:\/|of)\s*(\d+))?\]?\)?(?:[\s|]*\[?\s*(\d+)\s*\/\s*(\d+)(?=[\s\]]))?/i;

const NUMBER = String.raw`[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf(?:inity)?)`;

/** What may follow a number that stands for itself: no unit, no second part of a fraction or of a time. */
const END = String.raw`(?=%?(?:[\s,;|)\]}'"]|\.(?:\s|$)|$))`;

/** A whole word: what begins within one is tried for each of its letters else, line after line. */
const WORD = String.raw`(?<![\w@./-])[A-Za-z_][\w@./-]{0,60}`;

/** `loss=0.42`, `val loss: 0.5`, `'loss': 0.5`, `loss 0.5`. */
const PAIR = new RegExp(
  `(?:(${WORD}) )?(${WORD})['"]?(\\s*[=:]\\s*|\\s{1,9})(${NUMBER})${END}`,
  'gi',
);

/** Without a sign between, only names of metrics count. */
const METRIC =
  /(?:loss|acc|accuracy|ppl|perplexity|err|error|auc|f1|bleu|rouge|reward|return|score|iou|map|mse|mae|rmse|psnr|ssim|fid|norm|entropy|lr|bpb|bpc|acc@\d+|top-?\d)$/i;

/** Words that say of which kind the metric after them is. */
const KIND =
  /^(?:train|training|val|valid|validation|test|eval|dev|average|avg|mean|best|learning|grad)$/i;

/** A line that says no step or epoch belongs to the last that did, if it says something of this. */
export const RESULT = /val|test|eval|loss|acc/i;

/** Numbers that measure nothing. */
const NO_METRIC =
  /^(?:global_?step|train_?step|steps?|iterations?|iters?|it|updates?|batch|batches|epochs?|ep|seed|eta|pid|rank|local_rank|world_size|line|port|v_num|version)$/i;

/** Reads one line; of a bar that was drawn over and over, what it showed last. */
export function parseLine(line: string): TextRow {
  const drawn = line.includes('\r')
    ? (line.split('\r').findLast((part) => part.trim() !== '') ?? '')
    : line;
  const plain = drawn.slice(0, MAX_LINE).replace(COLOURS, '');
  const date = DATE.exec(plain);
  const text = date ? plain.slice(date[0].length) : plain;
  const epoch = EPOCH.exec(text);
  const step = STEP.exec(text);
  return {
    step: step ? counter(step[1], step[2]) : epoch?.[3] ? counter(epoch[3], epoch[4]) : null,
    epoch: epoch ? counter(epoch[1], epoch[2]) : null,
    time: date ? Date.parse(`${date[1]}T${date[2]?.replace(',', '.')}`) / 1000 : Number.NaN,
    values: valuesIn(text),
  };
}

function counter(value: string | undefined, total: string | undefined): Counter {
  return { value: Number(value), total: total === undefined ? null : Number(total) };
}

function valuesIn(text: string): [string, number][] {
  const values = new Map<string, number>();
  for (const [, before = '', name = '', sign = '', number = ''] of text.matchAll(PAIR)) {
    if (NO_METRIC.test(name) || (sign.trim() === '' && !METRIC.test(name))) continue;
    const tag = KIND.test(before) ? `${before}_${name}` : name;
    if (!values.has(tag)) values.set(tag, numberOf(number));
  }
  return [...values];
}

function numberOf(text: string): number {
  const word = text.replace(/^[-+]/, '').toLowerCase();
  if (word === 'nan') return Number.NaN;
  if (!word.startsWith('inf')) return Number(text);
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
