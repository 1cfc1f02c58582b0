import type { RunDetails } from '#domain/run-details.ts';
import { differingKeys, textOf } from '#domain/run-groups.ts';
import { spreadText } from '#features/charts/bands.ts';
import { type Child, element, type Markup } from '#features/charts/export/markup.ts';
import type { Metric } from '#features/charts/metric-groups.ts';
import { numberFormats } from '#ui/format-number.ts';
import type { Language } from '#ui/language.ts';
import type { RunMark } from '#ui/run-marks.ts';
import { runStateWords } from '#ui/run-state-words.ts';
import { meanStd } from './mean-std.ts';
import type { ReportContext } from './report-context.ts';

/** A table with a head; the first cell of each row names it. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Child[])[],
  { caption, texts = [] }: { readonly caption?: string; readonly texts?: readonly number[] } = {},
): Markup {
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      caption === undefined ? null : element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          head.map((name, at) =>
            element('th', { scope: 'col', class: texts.includes(at) ? 'text' : undefined }, name),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        rows.map((cells) =>
          element(
            'tr',
            {},
            cells.map((cell, at) =>
              at === 0
                ? element('th', { scope: 'row' }, cell)
                : element('td', { class: texts.includes(at) ? 'text' : undefined }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A piece of the line that something is drawn by. */
export function swatch(mark: RunMark, colour: (css: string) => string): Markup {
  return element(
    'svg',
    { class: 'swatch', viewBox: '0 0 20 10', width: 20, height: 10, 'aria-hidden': 'true' },
    element('line', {
      x1: 0,
      x2: 20,
      y1: 5,
      y2: 5,
      'stroke-width': 2,
      'stroke-dasharray': mark.dash.length > 0 ? mark.dash.join(' ') : undefined,
      style: `stroke:${colour(mark.colour)}`,
    }),
  );
}

/** A run by its swatch and its name. */
export function runName({ setting, palette }: ReportContext, run: string): Child {
  const mark = setting.marks.get(run);
  return [mark ? swatch(mark, palette.colour) : null, setting.names.get(run) ?? run];
}

/** State, duration, checkpoints and points of every run. */
export function runsTable(context: ReportContext): Markup {
  const { t, language, details } = context;
  const { count, duration } = numberFormats(language);
  const rows = details.map((one) => {
    const points = one.metrics.reduce((sum, info) => sum + info.count, 0);
    return [
      runName(context, one.run),
      stateText(one, language),
      one.duration === null ? '—' : duration(one.duration),
      count(one.checkpoints.length),
      count(points),
    ];
  });
  return table([t.run, t.state, t.duration, t.checkpoints, t.points], rows, { texts: [1] });
}

function stateText({ state }: RunDetails, language: Language): string {
  const { words, rule } = runStateWords(state, language);
  return rule === '' ? words : `${words} · ${rule}`;
}

/** A row per run, a column per key that differs. */
export function differencesTable(context: ReportContext): Markup {
  const { t, language, details } = context;
  const { count } = numberFormats(language);
  const keys = differingKeys(details);
  if (keys.length === 0) return element('p', { class: 'quiet' }, t.noDifference);
  const all = new Set(details.flatMap(({ configuration }) => Object.keys(configuration)));
  const same = all.size - keys.length;
  const rows = details.map(({ run, configuration }) => [
    runName(context, run),
    ...keys.map((key) => valueText(configuration[key])),
  ]);
  return element(
    'div',
    {},
    table([t.run, ...keys], rows),
    same > 0 ? element('p', { class: 'quiet' }, t.sameEverywhere(count(same))) : null,
  );
}

function valueText(value: RunDetails['configuration'][string] | undefined): string {
  if (value === undefined) return '—';
  return typeof value === 'string' ? value : textOf(value);
}

/** What a metric amounts to in each run. */
export function numbersTable(context: ReportContext, { runs }: Metric): Markup {
  const { t, language } = context;
  const { count, metric, step } = numberFormats(language);
  const point = (at: { readonly step: number; readonly value: number } | null) =>
    at === null ? '—' : `${metric(at.value)} ${t.at(step(at.step))}`;
  const rows = runs.map(({ run, info }) => [
    runName(context, run),
    count(info.count),
    point(info.first),
    point(info.last),
    point(info.min),
    point(info.max),
    count(info.nonfinite),
  ]);
  return table([t.run, t.points, t.first, t.last, t.least, t.most, t.odd], rows);
}

const MEAN_STD = { centre: 'mean', spread: 'std' } as const;

/** A metric over the runs of each group: mean ± std of their last and of their best values. */
export function groupsTable(context: ReportContext, { tag, runs }: Metric): Markup {
  const { t, language, groups, setting } = context;
  const { count, metric } = numberFormats(language);
  const { better } = setting.kindOf(tag);
  const infos = new Map(runs.map(({ run, info }) => [run, info]));
  const words = (values: readonly number[]) => {
    const { n, mean, std } = meanStd(values);
    if (n === 0) return '—';
    return spreadText({ centre: mean, low: mean - std, high: mean + std }, MEAN_STD, metric);
  };
  const rows = (groups ?? []).flatMap((group) => {
    const own = group.runs.flatMap((run) => infos.get(run) ?? []);
    if (own.length === 0) return [];
    const last = own.map((info) => info.last.value);
    const best = own.map((info) => (better === 'lower' ? info.min : info.max)?.value ?? Number.NaN);
    const finite = last.filter(Number.isFinite).length;
    const of = finite === own.length ? count(finite) : `${count(finite)} / ${count(own.length)}`;
    const row: Child[] = [
      [swatch(group.mark, context.palette.colour), group.name],
      of,
      words(last),
    ];
    return [better === null ? row : [...row, words(best)]];
  });
  const head = [t.group, t.n, t.lastMean];
  const best = better === 'lower' ? t.bestLower : t.bestHigher;
  return table(better === null ? head : [...head, best], rows);
}
