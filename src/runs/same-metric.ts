import type { Series } from '#domain/history.ts';
import type { RunSeries } from './run-series.ts';

/** How loggers of one trainer call the same metric. */
const REWRITTEN: readonly (readonly [RegExp, string])[] = [
  // Keras: TensorBoard against CSVLogger.
  [/^train\/epoch_/, ''],
  [/^validation\/epoch_/, 'val_'],
  // Transformers: TensorBoard and W&B against trainer_state.json, `rewrite_logs`.
  [/^train\//, ''],
  [/^eval\//, 'eval_'],
  [/^test\//, 'test_'],
];

/**
 * A name that is the same for what loggers of one trainer call differently: `eval/loss` and `eval_loss`.
 *
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/integrations/integration_utils.py `rewrite_logs`
 * @see https://github.com/keras-team/keras/blob/master/keras/src/callbacks/tensorboard.py
 */
export function commonName(tag: string): string {
  const rule = REWRITTEN.find(([pattern]) => pattern.test(tag));
  return rule ? tag.replace(...rule) : tag;
}

/** Event files keep float32, text keeps more digits. */
const FLOAT32_ERROR = 1e-6;

/** Points by which series of different names must agree; of one name a single point will do. */
const MIN_AGREEING = 2;

/**
 * Two loggers' series as one; `null` when they are not of the same points. Where both have logged, every point of
 * the sparser must be one of the other; each may go on where the other has stopped.
 */
export function mergeSame(a: RunSeries, b: RunSeries): RunSeries | null {
  const [dense, sparse] = isFuller(b, a) ? [b, a] : [a, b];
  const [least, most] = commonRange(dense.current.steps, sparse.current.steps);
  const agreeing = countAgreeing(dense.current, sparse.current, [least, most]);
  if (agreeing === null || agreeing < (a.tag === b.tag ? 1 : MIN_AGREEING)) return null;
  const common = {
    ...namesOf(dense, sparse),
    sources: [...a.sources, ...b.sources],
    unit: a.unit === 'epoch' || b.unit === 'epoch' ? 'epoch' : 'step',
  } as const;
  const isMore = sparse.current.steps.some((step) => step < least || step > most);
  if (!isMore) return { ...withColumnsOf(dense, sparse), ...common };
  // One step in common, often the first, does not make two runs one.
  if (agreeing < MIN_AGREEING) return null;
  // What is not in order of steps cannot be put in order again.
  if (dense.all !== dense.current || sparse.all !== sparse.current) return null;
  const all = union(dense.all, sparse.all, (step) => step < least || step > most);
  return { ...dense, ...common, all, drawn: all, current: all };
}

/** The plain name where one of them has it: other runs may have that logger alone. */
function namesOf(dense: RunSeries, sparse: RunSeries): Pick<RunSeries, 'tag' | 'aliases'> {
  const tag = commonName(sparse.tag) === sparse.tag ? sparse.tag : dense.tag;
  const names = new Set([dense.tag, sparse.tag, ...dense.aliases, ...sparse.aliases]);
  return { tag, aliases: [...names].filter((name) => name !== tag) };
}

function isFuller(one: RunSeries, other: RunSeries): boolean {
  const more = one.current.steps.length - other.current.steps.length;
  return more > 0 || (more === 0 && one.all.times.length > other.all.times.length);
}

/** Steps between which both have logged; none: `[∞, -∞]`. */
function commonRange(a: Float64Array, b: Float64Array): readonly [number, number] {
  const least = Math.max(a[0] ?? Number.POSITIVE_INFINITY, b[0] ?? Number.POSITIVE_INFINITY);
  const most = Math.min(a.at(-1) ?? Number.NEGATIVE_INFINITY, b.at(-1) ?? Number.NEGATIVE_INFINITY);
  return [least, most];
}

/** How many points of the sparser are in the other; `null` when one in their common range is not. */
function countAgreeing(
  dense: Series,
  sparse: Series,
  [least, most]: readonly [number, number],
): number | null {
  let at = 0;
  let agreeing = 0;
  for (let i = 0; i < sparse.steps.length; i++) {
    const step = sparse.steps[i] as number;
    if (step < least || step > most) continue;
    while (at < dense.steps.length && (dense.steps[at] as number) < step) at++;
    if (dense.steps[at] !== step) return null;
    if (!isClose(dense.values[at] as number, sparse.values[i] as number)) return null;
    agreeing++;
  }
  return agreeing;
}

function isClose(a: number, b: number): boolean {
  return (
    Object.is(a, b) ||
    Math.abs(a - b) <= FLOAT32_ERROR * Math.abs(a) ||
    Math.fround(a) === Math.fround(b)
  );
}

/** What one log does not say of its points, the other may: epochs, times. */
function withColumnsOf(series: RunSeries, other: RunSeries): RunSeries {
  const fill = (own: Series, others: Series): Series => {
    if (own.steps.length !== others.steps.length) return own;
    const epochs = own.epochs.length > 0 ? own.epochs : others.epochs;
    const times = own.times.length > 0 ? own.times : others.times;
    return epochs === own.epochs && times === own.times ? own : { ...own, epochs, times };
  };
  const all = fill(series.all, other.all);
  const drawn = series.drawn === series.all ? all : fill(series.drawn, other.drawn);
  const current = series.current === series.drawn ? drawn : fill(series.current, other.current);
  return { ...series, all, drawn, current };
}

/** All of one, and those points of another that are chosen, in order of the steps. */
function union(one: Series, other: Series, chooses: (step: number) => boolean): Series {
  const more = [...other.steps.keys()].filter((i) => chooses(other.steps[i] as number));
  const points = [
    ...Array.from(one.steps, (step, i) => ({ step, from: one, i })),
    ...more.map((i) => ({ step: other.steps[i] as number, from: other, i })),
  ].sort((a, b) => a.step - b.step);
  const column = (name: 'steps' | 'values' | 'epochs' | 'times') =>
    one[name].length === 0 && other[name].length === 0
      ? new Float64Array()
      : Float64Array.from(points, ({ from, i }) => from[name][i] ?? Number.NaN);
  return {
    tag: one.tag,
    steps: column('steps'),
    values: column('values'),
    epochs: column('epochs'),
    times: column('times'),
  };
}
