import { type PixelColumns, pixelColumns } from '#domain/pixel-columns.ts';
import type { DrawnLine } from './drawn-lines.ts';
import type { Column } from './extent.ts';
import { EDGES, type Geometry, pixelsAcross, plotWidth } from './plot-geometry.ts';
import { isSame } from './sight.ts';
import { trace } from './trace.ts';

/** Widths in pixels, and how faint the raw values are behind a smoothed line. */
export const WIDTH = 1.5;
export const FAINT_WIDTH = 1;
export const FAINT = 0.3;

/** What a restart rewrote. */
export const GHOST_DASH = [2, 3];
export const GHOST = 0.45;

/**
 * A line that climbs so many times the width of the plot is an area: dashes in it cannot be told from it, would
 * hide the ends of its spikes, and take seconds to paint.
 */
const DENSE = 6;

/** Columns to draw a line in, where it is thinned to those that are in sight now. */
export function columnsOf(
  { line, raw }: DrawnLine,
  { width, scales }: Geometry,
): PixelColumns | undefined {
  const { span, total } = line;
  if (!span || total <= raw.x.length || !isSame(span, scales.x.domain)) return undefined;
  const logX = scales.x.kind === 'log';
  return pixelColumns({ range: span, width: pixelsAcross(plotWidth(width)), logX });
}

/** What lines are cut off at; pixels. */
export function clipBox({ width, height }: Geometry) {
  return {
    x: EDGES.left,
    y: EDGES.top - 1,
    width: Math.max(0, width - EDGES.left - EDGES.right + 1),
    height: Math.max(0, height - EDGES.top - EDGES.bottom + 2),
  };
}

interface Stroke {
  /** Pixels. */
  readonly width: number;
  readonly dash: readonly number[];
  readonly alpha: number;
}

/** Draws one line, with what lies behind it, in a colour that the canvas knows. */
export function paintLine(
  context: CanvasRenderingContext2D,
  line: DrawnLine,
  geometry: Geometry,
  colour: string,
): void {
  const stroke = (column: Column, { width, dash, alpha }: Stroke, columns?: PixelColumns) => {
    const path = new Path2D();
    const climb = trace(path, column, geometry.scales, columns);
    const isDense = climb > DENSE * geometry.width;
    // The screen's own pixel is the one width that is quick to paint.
    context.lineWidth = isDense ? 1 / window.devicePixelRatio : width;
    context.lineJoin = 'round';
    context.globalAlpha = alpha;
    context.setLineDash(isDense ? [] : [...dash]);
    context.stroke(path);
  };
  const { raw, smooth, ghost, mark } = line;
  const columns = columnsOf(line, geometry);
  context.strokeStyle = colour;
  if (ghost) stroke(ghost, { width: FAINT_WIDTH, dash: GHOST_DASH, alpha: GHOST });
  if (smooth) stroke(raw, { width: FAINT_WIDTH, dash: [], alpha: FAINT }, columns);
  stroke(smooth ?? raw, { width: WIDTH, dash: mark.dash, alpha: 1 }, columns);
}

/** Sizes a canvas for the screen's own pixels, empties it, and cuts off all that is beyond the axes. */
export function prepare(
  canvas: HTMLCanvasElement,
  geometry: Geometry,
): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  if (!context) return null;
  const { width, height } = geometry;
  const ratio = window.devicePixelRatio;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === across && canvas.height === down) context.reset();
  else {
    canvas.width = across;
    canvas.height = down;
    canvas.style.inlineSize = `${width}px`;
    canvas.style.blockSize = `${height}px`;
  }
  context.scale(ratio, ratio);
  const box = clipBox(geometry);
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  return context;
}
