import { type Column, type Scale, toPixel } from './scale.ts';

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
 * Draws a line through the points, with a gap wherever one has no place: `NaN`, infinite, or not above
 * zero on a logarithmic axis. A point alone between gaps becomes a short stroke, or no one would see it.
 */
export function trace(pen: Pen, { x, y }: Column, scales: Scales): void {
  let isDown = false;
  for (let i = 0; i < x.length; i++) {
    const left = toPixel(scales.x, x[i] as number);
    const top = toPixel(scales.y, y[i] as number);
    if (!Number.isFinite(left) || !Number.isFinite(top)) {
      isDown = false;
      continue;
    }
    if (isDown) pen.lineTo(left, top);
    else {
      pen.moveTo(left, top);
      if (!isPlaced(scales, x[i + 1], y[i + 1])) pen.lineTo(left + DOT, top);
    }
    isDown = true;
  }
}

/** Pixels of the stroke for a single point. */
const DOT = 0.01;

function isPlaced(scales: Scales, x: number | undefined, y: number | undefined): boolean {
  return (
    x !== undefined &&
    y !== undefined &&
    Number.isFinite(toPixel(scales.x, x)) &&
    Number.isFinite(toPixel(scales.y, y))
  );
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
