import { cardTexts } from '#features/charts/card-strings.ts';
import { chartPicture } from '#features/charts/export/chart-picture.ts';
import { element, type Markup } from '#features/charts/export/markup.ts';
import { chartElements } from '#features/charts/export/svg-chart.ts';
import type { Metric } from '#features/charts/metric-groups.ts';
import type { ReportContext } from './report-context.ts';
import { groupsTable, numbersTable, swatch } from './report-tables.ts';

/** Pixels, where there is room for them. */
const WIDTH = 640;
const HEIGHT = 280;

/** A chart with its legend and its numbers. */
export async function reportChart(
  context: ReportContext,
  metric: Metric,
  id: string,
): Promise<Markup> {
  const { t, groups } = context;
  const { tag } = metric;
  return element(
    'figure',
    { 'aria-labelledby': id },
    element(
      'figcaption',
      {},
      element('h3', { id }, tag),
      element('p', {}, kindWords(context, tag)),
    ),
    await drawing(context, metric, id),
    groups ? groupsTable(context, metric) : null,
    element('details', {}, element('summary', {}, t.numbers), numbersTable(context, metric)),
  );
}

function kindWords({ setting, language }: ReportContext, tag: string): string {
  const words = cardTexts[language];
  const { measures, split, better } = setting.kindOf(tag);
  return [measures !== 'other' && words[measures], split && words[split], better && words[better]]
    .filter(Boolean)
    .join(' · ');
}

async function drawing(context: ReportContext, metric: Metric, id: string) {
  const { t, setting, client, language, palette } = context;
  const picture = await chartPicture(metric, setting, {
    client,
    language,
    width: WIDTH,
    height: HEIGHT,
  });
  if (!picture) return element('p', { class: 'quiet' }, t.noLines);
  return [
    element(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        width: WIDTH,
        height: HEIGHT,
        role: 'img',
        'aria-labelledby': id,
      },
      chartElements(picture, { colour: palette.colour, id }),
    ),
    element(
      'ul',
      { class: 'legend' },
      picture.lines.map(({ name, mark }) => element('li', {}, swatch(mark, palette.colour), name)),
    ),
  ];
}
