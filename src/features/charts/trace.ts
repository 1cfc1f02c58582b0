import type { PixelColumns } from '#domain/pixel-columns.ts';
import type { Column } from './extent.ts';
import { placer, type Scale } from './scale.ts';

/** What a line is drawn with: a canvas' `Path2D`, or an `svgPen`. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

export interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/**
 * Draws a line through the points, with a gap wherever a value has no place: `NaN`, infinite, or not above
 * zero on a logarithmic axis. A point alone between gaps becomes a short stroke, or no one would see it. One
 * without a place along x is passed over, as thinning does.
 *
 * @returns pixels that the line goes up and down
 * @param columns of a line that is thinned to them: each point is drawn in the middle of its own, so that what
 * was left out of a column would have covered nothing else
 */
export function trace(pen: Pen, { x, y }: Column, scales: Scales, columns?: PixelColumns): number {
  const across = columns ? middleOf(columns, scales.x) : placer(scales.x);
  const up = placer(scales.y);
  let isDown = false;
  let climb = 0;
  let before = 0;
  /** Where a line has begun that has gone nowhere yet. */
  let lone: readonly [number, number] | null = null;
  for (let i = 0; i < x.length; i++) {
    const left = across(x[i] as number);
    if (!Number.isFinite(left)) continue;
    const top = near(up(y[i] as number));
    if (!Number.isFinite(top)) {
      if (lone) pen.lineTo(lone[0] + DOT, lone[1]);
      lone = null;
      isDown = false;
    } else if (isDown) {
      pen.lineTo(left, top);
      climb += Math.abs(top - before);
      lone = null;
    } else {
      pen.moveTo(left, top);
      lone = [left, top];
      isDown = true;
    }
    before = top;
  }
  if (lone && x.length === 1) cross(pen, lone);
  else if (lone) pen.lineTo(lone[0] + DOT, lone[1]);
  return climb;
}

/** The only point of a line: a stroke of its width would be taken for dust. */
function cross(pen: Pen, [left, top]: readonly [number, number]): void {
  pen.moveTo(left - ARM, top);
  pen.lineTo(left + ARM, top);
  pen.moveTo(left, top - ARM);
  pen.lineTo(left, top + ARM);
}

/** Far outside of the plot a canvas loses precision, and with it the line. */
function near(top: number): number {
  if (top > FAR && top < Number.POSITIVE_INFINITY) return FAR;
  return top < -FAR && top > Number.NEGATIVE_INFINITY ? -FAR : top;
}

const FAR = 1e6;

/** Pixels of the stroke for a point between gaps, and of the arms of a point that is all there is. */
const DOT = 0.01;
const ARM = 3;

function middleOf(columns: PixelColumns, scale: Scale): (x: number) => number {
  const place = placer(scale);
  const [start, end] = scale.pixels;
  const width = (end - start) / columns.count;
  return (x) => {
    const column = columns.of(x);
    if (column >= 0 && column < columns.count) return start + (column + 0.5) * width;
    return place(x);
  };
}

/** A pen that writes the `d` of an SVG path, to a tenth of a pixel. */
export function svgPen(): Pen & { readonly path: () => string } {
  const parts: string[] = [];
  return {
    moveTo: (x, y) => void parts.push(`M${round(x)} ${round(y)}`),
    lineTo: (x, y) => void parts.push(`L${round(x)} ${round(y)}`),
    path: () => parts.join(''),
  };
}

function round(pixels: number): number {
  // Far outside of the plot a browser loses precision, and then draws nothing.
  return Math.round(Math.max(-1e6, Math.min(1e6, pixels)) * 10) / 10;
}
