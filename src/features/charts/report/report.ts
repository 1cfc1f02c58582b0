import { exportTexts } from '#features/charts/export/export-strings.ts';
import { type Child, element, type Markup } from '#features/charts/export/markup.ts';
import { viewWords } from '#features/charts/export/view-words.ts';
import { numberFormats } from '#ui/format-number.ts';
import { LOCALES } from '#ui/language.ts';
import { palette } from './palette.ts';
import { reportChart } from './report-chart.ts';
import type { ReportContext, ReportRequest } from './report-context.ts';
import { reportTexts } from './report-strings.ts';
import { REPORT_STYLE } from './report-style.ts';
import { differencesTable, runsTable, swatch, table } from './report-tables.ts';

/** Nothing is loaded, sent or run, whatever a name in a log may hold. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A report as an HTML document, piece by piece: without a script, and with all that it shows in it.
 *
 * @param onChart called with charts that are done
 */
export async function* reportPieces(
  request: ReportRequest,
  { signal, onChart }: { readonly signal: AbortSignal; readonly onChart: (done: number) => void },
): AsyncGenerator<string> {
  const marks = [
    ...request.details.flatMap(({ run }) => request.setting.marks.get(run) ?? []),
    ...(request.groups ?? []).map(({ mark }) => mark),
  ];
  const context: ReportContext = {
    ...request,
    t: reportTexts[request.language],
    palette: palette(marks.map(({ colour }) => colour)),
  };
  const { t, metrics } = context;
  yield start(context);
  for (const part of frontMatter(context)) yield part.markup;
  yield `${element('h2', {}, t.charts).markup}<div class="charts">\n`;
  for (const [index, metric] of metrics.entries()) {
    signal.throwIfAborted();
    yield `${(await reportChart(context, metric, `chart-${index + 1}`)).markup}\n`;
    onChart(index + 1);
  }
  yield '</div>\n';
  yield sources(context).markup;
  yield `${element('footer', { class: 'quiet' }, element('p', {}, t.madeBy)).markup}\n</body>\n</html>\n`;
}

function start({ title, language, palette }: ReportContext): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'generator', content: 'Cairn' }),
    element('title', {}, title),
    // Of our own making alone: neither colours nor style hold a name from a file.
    { markup: `<style>${palette.css}${REPORT_STYLE}</style>` },
  );
  return `<!doctype html>\n<html lang="${LOCALES[language]}">\n${head.markup}\n<body>\n`;
}

function frontMatter(context: ReportContext): Markup[] {
  const { t, language, directory, details, metrics, groups, leftOut, waiting } = context;
  const { count, date } = numberFormats(language);
  const quiet = (words: string) => element('p', { class: 'quiet' }, words);
  return [
    element('h1', {}, context.title),
    quiet(t.from(directory, date(context.now))),
    quiet(t.counts(count(details.length), count(metrics.length))),
    ...(leftOut > 0 ? [quiet(t.leftOut(count(leftOut)))] : []),
    ...(waiting > 0 ? [quiet(t.unread(count(waiting)))] : []),
    element('h2', {}, t.view),
    element(
      'ul',
      {},
      settings(context).map((words) => element('li', {}, words)),
    ),
    ...(groups ? [element('h2', {}, t.groups), groupList(context), quiet(t.spreadWhy)] : []),
    element('h2', {}, t.runs),
    runsTable(context),
    element('h2', {}, t.differences),
    differencesTable(context),
  ];
}

function settings({ t, language, setting: { view }, groups }: ReportContext): string[] {
  const changed = viewWords(view, language);
  const by = view.group?.startsWith('key:') ? t.byKey(view.group.slice(4)) : t.noSeed;
  return [
    t.over(exportTexts[language][view.x]),
    ...(changed.length > 0 ? changed : [t.linear]),
    ...(groups ? [t.grouped(by)] : []),
    ...(view.find === '' ? [] : [t.searched(view.find)]),
  ];
}

function groupList({ t, language, groups, palette, setting }: ReportContext): Markup {
  const { count } = numberFormats(language);
  const rows = (groups ?? []).map(({ name, mark, runs }): Child[] => [
    [swatch(mark, palette.colour), name],
    count(runs.length),
    runs.map((run) => setting.names.get(run) ?? run).join(', '),
  ]);
  return table([t.group, t.n, t.members], rows, { texts: [2] });
}

/** Files that the metrics came from, how large they are, and the runs they belong to. */
function sources({ t, metrics, setting, details, language }: ReportContext): Markup {
  const { bytes } = numberFormats(language);
  const files = new Map<string, Set<string>>();
  for (const { runs } of metrics) {
    for (const { run, info } of runs) {
      for (const path of info.sources) {
        const of = files.get(path) ?? new Set<string>();
        files.set(path, of.add(setting.names.get(run) ?? run));
      }
    }
  }
  const sizes = new Map<string, number>(
    details.flatMap(({ files = [], checkpoints }) => [
      ...files.map(({ path, size }) => [path, size] as const),
      ...checkpoints.map(({ ref, size }) => [ref.path, size] as const),
    ]),
  );
  const rows = [...files].map(([path, runs]): Child[] => {
    const size = sizes.get(path);
    return [path, size === undefined ? '—' : bytes(size), [...runs].join(', ')];
  });
  return element(
    'section',
    {},
    element('h2', {}, t.sources),
    table([t.file, t.size, t.runsOf], rows, { texts: [2] }),
  );
}
