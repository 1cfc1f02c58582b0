import type { Band } from '#workers/api.ts';
import { placer } from './scale.ts';
import { type Pen, type Scales, svgPen } from './trace.ts';

/** Pixels to both sides of a place that stands alone: without width, no one would see its area. */
const ALONE = 1.5;

/**
 * Draws the areas from `low` to `high`, each around, with a gap wherever there is no spread. On a logarithmic axis
 * what is not above zero is drawn to the lower edge.
 */
export function traceArea(
  pen: Pen,
  { x, low, high }: Pick<Band, 'x' | 'low' | 'high'>,
  scales: Scales,
): void {
  const across = placer(scales.x);
  const up = placer(scales.y);
  const [foot] = scales.y.pixels;
  let points: { left: number; bottom: number; top: number }[] = [];
  for (let i = 0; i <= x.length; i++) {
    const left = i < x.length ? across(x[i] as number) : Number.NaN;
    const top = up(high[i] ?? Number.NaN);
    if (Number.isFinite(left) && Number.isFinite(top) && Number.isFinite(low[i])) {
      const bottom = up(low[i] as number);
      points.push({ left, top, bottom: Number.isFinite(bottom) ? bottom : foot });
      continue;
    }
    around(pen, points);
    points = [];
  }
}

function around(
  pen: Pen,
  points: readonly { readonly left: number; readonly bottom: number; readonly top: number }[],
): void {
  const [first, second] = points;
  if (!first) return;
  if (!second) {
    const { left, top, bottom } = first;
    pen.moveTo(left - ALONE, top);
    pen.lineTo(left + ALONE, top);
    pen.lineTo(left + ALONE, bottom);
    pen.lineTo(left - ALONE, bottom);
    return;
  }
  pen.moveTo(first.left, first.top);
  for (const { left, top } of points.slice(1)) pen.lineTo(left, top);
  for (const { left, bottom } of points.toReversed()) pen.lineTo(left, bottom);
}

/** The `d` of an SVG path that is filled. */
export function areaPath(band: Pick<Band, 'x' | 'low' | 'high'>, scales: Scales): string {
  const pen = svgPen();
  traceArea(pen, band, scales);
  return pen.path();
}
