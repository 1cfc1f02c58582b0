import type { RunMark } from '#ui/run-marks.ts';
import { visibleText } from '#ui/visible-text.ts';
import { element, type Markup } from './markup.ts';
import type { Look } from './svg-chart.ts';

export interface LegendEntry {
  readonly name: string;
  readonly mark: RunMark;
}

const ROW = 18;
const SWATCH = 22;
const SIZE = 11;
/** Pixels of a letter, as wide as they come on average; of a Chinese one twice that. */
const LETTER = 6.2;
const GAP = 16;

/** Names with a piece of their lines, in as many columns as fit; and how high that is, in pixels. */
export function legend(
  entries: readonly LegendEntry[],
  look: Look,
  place: { readonly left: number; readonly top: number; readonly width: number },
): { readonly elements: readonly Markup[]; readonly height: number } {
  const widest = Math.max(0, ...entries.map(({ name }) => widthOf(name)));
  const column = Math.min(place.width, SWATCH + widest + GAP);
  const columns = Math.max(1, Math.floor(place.width / column));
  const elements = entries.map(({ name, mark }, index) => {
    const x = Math.round(place.left + (index % columns) * column);
    const y = place.top + Math.floor(index / columns) * ROW + ROW / 2;
    return element(
      'g',
      {},
      element('line', {
        x1: x,
        x2: x + SWATCH - 4,
        y1: y,
        y2: y,
        'stroke-width': 2,
        'stroke-dasharray': mark.dash.length > 0 ? mark.dash.join(' ') : undefined,
        style: `stroke:${look.colour(mark.colour)}`,
      }),
      element(
        'text',
        {
          x: x + SWATCH,
          y,
          'font-size': SIZE,
          'dominant-baseline': 'central',
          style: `fill:${look.colour('var(--text)')}`,
        },
        name,
      ),
    );
  });
  return { elements, height: Math.ceil(entries.length / columns) * ROW };
}

function widthOf(name: string): number {
  let letters = 0;
  for (const letter of visibleText(name)) letters += letter > '\u2e7f' ? 2 : 1;
  return letters * LETTER;
}
