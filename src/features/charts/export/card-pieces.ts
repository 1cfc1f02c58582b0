import { bandsKey, bandsQuery, drawnBands } from '#features/charts/bands.ts';
import type { CardFileKind } from '#features/charts/card-actions.ts';
import { linesKey } from '#features/charts/lines-key.ts';
import { pointsQuery } from '#features/charts/queries.ts';
import { numberFormats } from '#ui/format-number.ts';
import { cardSvg } from './card-svg.ts';
import { chartPicture } from './chart-picture.ts';
import { colourResolver } from './colours.ts';
import { exportTexts } from './export-strings.ts';
import type { CardRequest } from './files.ts';
import { groupsCsv } from './groups-csv.ts';
import { pngOf } from './png.ts';
import { POINTS_HEAD, pointLines } from './points-csv.ts';
import { viewWords } from './view-words.ts';

/** Pixels of a chart that is looked at on its own, and device pixels for each in a PNG. */
const WIDTH = 960;
const HEIGHT = 400;
const PNG_SCALE = 2;

const encoder = new TextEncoder();

/** What a file of a card holds. */
export async function* cardPieces(
  kind: CardFileKind,
  request: CardRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (kind === 'csv') {
    yield* csvPieces(request, signal);
    return;
  }
  if (kind === 'groups') {
    yield encoder.encode(await groupsText(request));
    return;
  }
  const svg = await cardSvgText(request, kind === 'png' ? PNG_SCALE : 1);
  yield kind === 'png' ? await pngOf(svg) : encoder.encode(svg);
}

async function* csvPieces(
  { metric: { tag, runs }, setting: { directory }, client }: CardRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield encoder.encode(POINTS_HEAD);
  for (const { run, info } of runs) {
    signal.throwIfAborted();
    const points = await client.fetchQuery(pointsQuery(directory, run, tag, info.count));
    for (const lines of pointLines(run, tag, points)) yield encoder.encode(lines);
  }
}

/** Columns that no two places share, for steps up to a million and more. */
const EVERY = 2 ** 22;

/** The groups over all that was logged, smoothing and zoom left out. */
async function groupsText({ metric, setting, client }: CardRequest): Promise<string> {
  const { view, groups } = setting;
  if (!groups) return '';
  const plain = { ...view, from: null, to: null, smooth: 'none', logx: false } as const;
  const key = linesKey(metric, { ...setting, view: plain }, EVERY);
  const bands = await client.fetchQuery(bandsQuery(bandsKey(key, groups, view)));
  const { x: axis, centre, spread } = view;
  return groupsCsv(drawnBands(bands, groups), { tag: metric.tag, axis, centre, spread });
}

async function cardSvgText(request: CardRequest, scale: number): Promise<string> {
  const { metric, setting, client, language } = request;
  const t = exportTexts[language];
  const { count } = numberFormats(language);
  const picture = await chartPicture(metric, setting, {
    client,
    language,
    width: WIDTH,
    height: HEIGHT,
  });
  if (!picture) throw new DOMException(t.noPoints);
  const odd = metric.runs.reduce((sum, { info }) => sum + info.nonfinite, 0);
  const notes = [...viewWords(setting.view, language), ...(odd > 0 ? [t.odd(count(odd))] : [])];
  const card = {
    ...picture,
    title: metric.tag,
    note: notes.join(' · '),
    xTitle: t[setting.view.x],
    legend: picture.lines,
  };
  const look = { colour: colourResolver('shown'), id: 'card' };
  return cardSvg(card, look, scale).markup;
}
