import { element, type Markup } from './markup.ts';
import { type ChartPicture, chartElements, type Look, SANS } from './svg-chart.ts';
import { type LegendEntry, legend } from './svg-legend.ts';

/** A card on its own: all that has to be said with the curves for them to be understood elsewhere. */
export interface CardPicture extends ChartPicture {
  readonly title: string;
  /** What was done to the curves: `EMA 0.9 · 3 NaN`. `''`: nothing. */
  readonly note: string;
  /** What the x axis counts. */
  readonly xTitle: string;
  readonly legend: readonly LegendEntry[];
}

const PADDING = 12;
const TITLE = 22;
const NOTE = 16;
const X_TITLE = 18;

/**
 * A card as an SVG document that needs nothing else: no styles, fonts or scripts.
 *
 * @param scale device pixels for one of the picture
 */
export function cardSvg(card: CardPicture, look: Look, scale = 1): Markup {
  const { geometry } = card;
  const width = geometry.width + 2 * PADDING;
  const top = PADDING + TITLE + (card.note === '' ? 0 : NOTE);
  const foot = top + geometry.height + X_TITLE;
  const names = legend(card.legend, look, {
    left: PADDING,
    top: foot + PADDING / 2,
    width: geometry.width,
  });
  const height = foot + PADDING / 2 + names.height + PADDING;
  const ink = `fill:${look.colour('var(--text)')}`;
  const muted = `fill:${look.colour('var(--text-muted)')}`;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: width * scale,
      height: height * scale,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': SANS,
      role: 'img',
    },
    element('title', {}, card.title),
    element('rect', { width, height, style: `fill:${look.colour('var(--surface)')}` }),
    element(
      'text',
      { x: PADDING, y: PADDING + 11, 'font-size': 14, 'font-weight': 600, style: ink },
      card.title,
    ),
    card.note === ''
      ? null
      : element(
          'text',
          { x: PADDING, y: PADDING + TITLE + 8, 'font-size': 11, style: muted },
          card.note,
        ),
    element('g', { transform: `translate(${PADDING} ${top})` }, chartElements(card, look)),
    element(
      'text',
      {
        x: PADDING + geometry.width / 2,
        y: top + geometry.height + 10,
        'text-anchor': 'middle',
        'font-size': 11,
        style: muted,
      },
      card.xTitle,
    ),
    names.elements,
  );
}
