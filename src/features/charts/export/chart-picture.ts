import type { QueryClient } from '@tanstack/react-query';
import { bandsKey, bandsQuery, drawnBands, edgesOf } from '#features/charts/bands.ts';
import type { ChartGroups } from '#features/charts/chart-groups.ts';
import type { ChartSetting } from '#features/charts/chart-setting.ts';
import { drawnLines } from '#features/charts/drawn-lines.ts';
import { linesKey } from '#features/charts/lines-key.ts';
import type { Metric } from '#features/charts/metric-groups.ts';
import { placedMarks, spacedMarks } from '#features/charts/placed-marks.ts';
import { axesOf, geometry, plotWidth } from '#features/charts/plot-geometry.ts';
import { type LinesKey, linesQuery } from '#features/charts/queries.ts';
import { viewRange } from '#features/charts/view-range.ts';
import type { Language } from '#ui/language.ts';
import type { ChartPicture } from './svg-chart.ts';

export interface PictureOptions {
  readonly client: QueryClient;
  readonly language: Language;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Pixel columns for each pixel: printed or enlarged, a picture shows more than a screen. */
const FINENESS = 2;

const NOTHING = { bands: [], singles: [] } as const;

/** A metric drawn as the view has it, at a size of its own; `null` when nothing of it is in sight. */
export async function chartPicture(
  metric: Metric,
  setting: ChartSetting,
  options: PictureOptions,
): Promise<ChartPicture | null> {
  const { view, names, marks, groups, judgements } = setting;
  const { client, language, width, height } = options;
  const columns = plotWidth(width) * FINENESS;
  const key = linesKey(metric, setting, columns);
  const axes = { ...axesOf(view, viewRange(view)), width, height, language };
  if (groups) {
    const grouped = await groupedLines(key, groups, { setting, client });
    const more = [...edgesOf(grouped.bands), ...grouped.singles.map(({ raw }) => raw)];
    const place = geometry(grouped.lines, axes, more);
    return place && { ...grouped, geometry: place, marks: [], columns };
  }
  const lines = drawnLines(await client.fetchQuery(linesQuery(key)), { names, marks });
  const place = geometry(lines, axes);
  if (!place) return null;
  const shown = spacedMarks(placedMarks(lines, place, judgements));
  return { ...NOTHING, lines, geometry: place, marks: shown, columns };
}

interface GroupedOptions extends Pick<PictureOptions, 'client'> {
  readonly setting: ChartSetting;
}

/** The centres of the groups with the areas around them, and their runs where those are wanted. */
async function groupedLines(
  key: LinesKey,
  groups: ChartGroups,
  { setting: { view, names }, client }: GroupedOptions,
): Promise<Pick<ChartPicture, 'lines' | 'bands' | 'singles'>> {
  const bands = drawnBands(
    await client.fetchQuery(bandsQuery(bandsKey(key, groups, view))),
    groups,
  );
  const lines = bands.map(({ line }) => line);
  if (!view.singles) return { lines, bands, singles: [] };
  const marks = new Map(
    groups.groups.flatMap(({ runs, mark }) =>
      runs.map((run) => [run, { colour: mark.colour, dash: [] }] as const),
    ),
  );
  const singles = drawnLines(await client.fetchQuery(linesQuery(key)), { names, marks });
  return { lines, bands, singles };
}
