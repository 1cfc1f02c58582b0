import { type PixelColumns, pixelColumns } from '#domain/pixel-columns.ts';
import { areaPath } from '#features/charts/band-area.ts';
import type { DrawnBand } from '#features/charts/bands.ts';
import type { DrawnLine } from '#features/charts/drawn-lines.ts';
import type { Column } from '#features/charts/extent.ts';
import type { PlacedMark } from '#features/charts/placed-marks.ts';
import { type PlacedSign, placedSigns, SIGNS } from '#features/charts/placed-signs.ts';
import { EDGES, type Geometry } from '#features/charts/plot-geometry.ts';
import { toPixel } from '#features/charts/scale.ts';
import { svgPen, trace } from '#features/charts/trace.ts';
import { element, type Markup } from './markup.ts';

/** A chart that is ready to be drawn anywhere. */
export interface ChartPicture {
  /** What the curves are of: runs, or the centres of groups. */
  readonly lines: readonly DrawnLine[];
  /** Areas around the centres of groups. */
  readonly bands: readonly DrawnBand[];
  /** Runs of the groups, faint. */
  readonly singles: readonly DrawnLine[];
  readonly geometry: Geometry;
  readonly marks: readonly PlacedMark[];
  /** Pixel columns that the lines were thinned to. */
  readonly columns: number;
}

/** How it is to look. */
export interface Look {
  /** From a colour of the app, `var(--line)`, to one that holds where it is drawn. */
  readonly colour: (css: string) => string;
  /** Unique in the document. */
  readonly id: string;
}

export const SANS =
  'system-ui, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", sans-serif';

const TICK_SIZE = 11;
const LABEL_GAP = 6;

/** Widths in pixels, and how faint the raw values are behind a smoothed line. */
const WIDTH = 1.5;
const FAINT = 0.3;
const BAND = 0.18;

/** What a restart rewrote. */
const GHOST = 0.45;
const GHOST_DASH = '2 3';

/** Grid, axes, curves and what they cannot show, as SVG elements of the size of the geometry. */
export function chartElements(picture: ChartPicture, look: Look): Markup[] {
  const { geometry } = picture;
  const clip = `clip-${look.id}`;
  return [
    element('clipPath', { id: clip }, element('rect', { ...clipBox(geometry) })),
    ...axes(geometry, look),
    element(
      'g',
      { 'clip-path': `url(#${clip})`, fill: 'none', 'stroke-linejoin': 'round' },
      picture.bands.map(({ band, line }) =>
        element('path', {
          d: areaPath(band, geometry.scales),
          opacity: BAND,
          style: `fill:${look.colour(line.mark.colour)}`,
        }),
      ),
      element(
        'g',
        { opacity: GHOST },
        picture.singles.map((line) => curve(line, picture, look, 1)),
      ),
      picture.lines.map((line) => curve(line, picture, look, WIDTH)),
    ),
    ...placedSigns([...picture.lines, ...picture.singles], geometry).map((sign) =>
      unplaced(sign, look),
    ),
    ...picture.marks.map((mark) => checkpoint(mark, look)),
  ];
}

function clipBox({ width, height }: Geometry) {
  return {
    x: EDGES.left,
    y: EDGES.top - 1,
    width: Math.max(0, width - EDGES.left - EDGES.right + 1),
    height: Math.max(0, height - EDGES.top - EDGES.bottom + 2),
  };
}

function axes({ width, height, scales, xTicks, yTicks }: Geometry, { colour }: Look): Markup[] {
  const [left, right, foot] = [EDGES.left, width - EDGES.right, height - EDGES.bottom];
  const line = `stroke:${colour('var(--line)')}`;
  const label = `fill:${colour('var(--text-muted)')}`;
  return [
    ...yTicks.at.flatMap((value) => {
      const y = pixel(toPixel(scales.y, value));
      return [
        element('line', { x1: left, x2: right, y1: y, y2: y, style: line }),
        element(
          'text',
          {
            x: left - LABEL_GAP,
            y,
            'text-anchor': 'end',
            'dominant-baseline': 'central',
            'font-size': TICK_SIZE,
            style: label,
          },
          yTicks.label(value),
        ),
      ];
    }),
    element('line', { x1: left, x2: right, y1: foot, y2: foot, style: line }),
    ...xTicks.at.flatMap((value) => {
      const x = pixel(toPixel(scales.x, value));
      return [
        element('line', { x1: x, x2: x, y1: foot, y2: foot + 4, style: line }),
        element(
          'text',
          {
            x,
            y: foot + LABEL_GAP,
            'text-anchor': 'middle',
            'dominant-baseline': 'hanging',
            'font-size': TICK_SIZE,
            style: label,
          },
          xTicks.label(value),
        ),
      ];
    }),
  ];
}

function curve(line: DrawnLine, picture: ChartPicture, { colour }: Look, width: number): Markup {
  const { raw, smooth, ghost, mark } = line;
  const columns = columnsOf(line, picture);
  const pathOf = (column: Column, thinned?: PixelColumns) => {
    const pen = svgPen();
    trace(pen, column, picture.geometry.scales, thinned);
    return pen.path();
  };
  return element(
    'g',
    { style: `stroke:${colour(mark.colour)}` },
    ghost &&
      element('path', {
        d: pathOf(ghost),
        'stroke-width': 1,
        'stroke-dasharray': GHOST_DASH,
        opacity: GHOST,
      }),
    smooth && element('path', { d: pathOf(raw, columns), 'stroke-width': 1, opacity: FAINT }),
    element('path', {
      d: pathOf(smooth ?? raw, columns),
      'stroke-width': width,
      'stroke-dasharray': mark.dash.length > 0 ? mark.dash.join(' ') : undefined,
    }),
  );
}

/** Columns to draw a line in, where it was thinned to those that are in sight. */
function columnsOf(
  { line, raw }: DrawnLine,
  { geometry: { scales }, columns }: ChartPicture,
): PixelColumns | undefined {
  const { span, total } = line;
  const [from, to] = scales.x.domain;
  if (!span || total <= raw.x.length || span[0] !== from || span[1] !== to) return undefined;
  return pixelColumns({ range: span, width: columns, logX: scales.x.kind === 'log' });
}

/** NaN, infinities and what the axes do not show: at the edge they went over. */
function unplaced({ span, line, ...sign }: PlacedSign, { colour }: Look): Markup {
  const [left, right, top] = [pixel(sign.left), pixel(sign.right), pixel(sign.top)];
  const stroke = colour(line?.mark.colour ?? 'var(--text-muted)');
  return element(
    'g',
    { fill: 'none', 'stroke-width': 1.75, style: `stroke:${stroke}` },
    right - left > 1 ? element('line', { x1: left, x2: right, y1: top, y2: top }) : null,
    element('path', { d: SIGNS[span.kind], transform: `translate(${left} ${top})` }),
  );
}

const MARK_RADIUS = 3;

function checkpoint({ left, top, line }: PlacedMark, { colour }: Look): Markup {
  return element('circle', {
    cx: pixel(left),
    cy: pixel(top),
    r: MARK_RADIUS,
    'stroke-width': WIDTH,
    style: `fill:${colour('var(--surface)')};stroke:${colour(line.mark.colour)}`,
  });
}

function pixel(at: number): number {
  return Math.round(at * 10) / 10;
}
