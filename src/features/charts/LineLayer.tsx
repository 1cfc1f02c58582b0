import { memo, useId, useLayoutEffect, useRef } from 'react';
import { type PixelColumns, pixelColumns } from '#domain/pixel-columns.ts';
import { useColourScheme } from '#ui/use-colour-scheme.ts';
import type { DrawnLine } from './drawn-lines.ts';
import type { Column } from './extent.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry, pixelsAcross, plotWidth } from './plot-geometry.ts';
import { isSame } from './sight.ts';
import { svgPen, trace } from './trace.ts';

export interface LineLayerProps {
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
  /** The axes change with every frame. */
  readonly isMoving?: boolean;
}

/** Above either, a canvas paints in one go what would be too much of a document. */
const MAX_SVG_LINES = 20;
const MAX_SVG_POINTS = 20_000;
const MAX_MOVING_POINTS = 2000;

/** Widths in pixels, and how faint the raw values are behind a smoothed line. */
const WIDTH = 1.5;
const FAINT_WIDTH = 1;
const FAINT = 0.3;

/**
 * A line that climbs so many times the width of the plot is an area: dashes in it cannot be told from it, would
 * hide the ends of its spikes, and take seconds to paint.
 */
const DENSE = 6;

/** What a restart rewrote. */
const GHOST_DASH = [2, 3];
const GHOST = 0.45;

/** The curves: raw values, faint where a smoothed line goes over them, and what restarts rewrote. */
export const LineLayer = memo(function LineLayer({ isMoving = false, ...props }: LineLayerProps) {
  const points = props.lines.reduce((sum, { raw }) => sum + raw.x.length, 0);
  const most = isMoving ? MAX_MOVING_POINTS : MAX_SVG_POINTS;
  const isMuch = props.lines.length > MAX_SVG_LINES || points > most;
  return isMuch ? <CanvasLines {...props} /> : <SvgLines {...props} />;
});

/** Columns to draw a line in, where it is thinned to those that are in sight now. */
function columnsOf(
  { line, raw }: DrawnLine,
  { width, scales }: Geometry,
): PixelColumns | undefined {
  const { span, total } = line;
  if (!span || total <= raw.x.length || !isSame(span, scales.x.domain)) return undefined;
  const logX = scales.x.kind === 'log';
  return pixelColumns({ range: span, width: pixelsAcross(plotWidth(width)), logX });
}

function SvgLines({ lines, geometry }: LineLayerProps) {
  const clip = useId();
  const { width, height, scales } = geometry;
  const pathOf = (column: Column, columns?: PixelColumns) => {
    const pen = svgPen();
    trace(pen, column, scales, columns);
    return pen.path();
  };
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true">
      <clipPath id={clip}>
        <rect {...clipBox(geometry)} />
      </clipPath>
      <g clipPath={`url(#${clip})`} className={styles.lines}>
        {lines.map((line) => {
          const { run, raw, smooth, ghost, mark } = line;
          const columns = columnsOf(line, geometry);
          return (
            <g key={run} style={{ stroke: mark.colour }}>
              {ghost && (
                <path
                  d={pathOf(ghost)}
                  strokeWidth={FAINT_WIDTH}
                  strokeDasharray={GHOST_DASH.join(' ')}
                  opacity={GHOST}
                />
              )}
              {smooth && (
                <path d={pathOf(raw, columns)} strokeWidth={FAINT_WIDTH} opacity={FAINT} />
              )}
              <path
                d={pathOf(smooth ?? raw, columns)}
                strokeWidth={WIDTH}
                strokeDasharray={mark.dash.join(' ')}
              />
            </g>
          );
        })}
      </g>
    </svg>
  );
}

function CanvasLines({ lines, geometry }: LineLayerProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const scheme = useColourScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useLayoutEffect(() => {
    if (ref.current) paint(ref.current, lines, geometry);
  }, [lines, geometry, scheme]);
  return <canvas ref={ref} className={styles.layer} />;
}

interface Stroke {
  /** Pixels. */
  readonly width: number;
  readonly dash: readonly number[];
  readonly alpha: number;
}

function paint(canvas: HTMLCanvasElement, lines: readonly DrawnLine[], geometry: Geometry): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  prepare(canvas, context, geometry);
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
  const colours = new Map<string, string>();
  for (const line of lines) {
    const { raw, smooth, ghost, mark } = line;
    const colour = colours.get(mark.colour) ?? resolveColour(canvas, mark.colour);
    colours.set(mark.colour, colour);
    const columns = columnsOf(line, geometry);
    context.strokeStyle = colour;
    if (ghost) stroke(ghost, { width: FAINT_WIDTH, dash: GHOST_DASH, alpha: GHOST });
    if (smooth) stroke(raw, { width: FAINT_WIDTH, dash: [], alpha: FAINT }, columns);
    stroke(smooth ?? raw, { width: WIDTH, dash: mark.dash, alpha: 1 }, columns);
  }
}

/** Sized for the screen's own pixels, empty, and with all that is beyond the axes cut off. */
function prepare(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  geometry: Geometry,
): void {
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
}

/** A canvas knows no custom properties; the browser's own resolution of one does. */
function resolveColour(canvas: HTMLCanvasElement, colour: string): string {
  canvas.style.color = colour;
  return getComputedStyle(canvas).color;
}

function clipBox({ width, height }: Geometry) {
  return {
    x: EDGES.left,
    y: EDGES.top - 1,
    width: Math.max(0, width - EDGES.left - EDGES.right + 1),
    height: Math.max(0, height - EDGES.top - EDGES.bottom + 2),
  };
}
