import { memo, useId, useLayoutEffect, useRef } from 'react';
import { useColourScheme } from '#ui/use-colour-scheme.ts';
import type { DrawnLine } from './drawn-lines.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { svgPen, trace } from './trace.ts';

export interface LineLayerProps {
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
}

/** Above either, a canvas paints in one go what would be too much of a document. */
const MAX_SVG_LINES = 20;
const MAX_SVG_POINTS = 20_000;

/** Widths in pixels, and how faint the raw values are behind a smoothed line. */
const WIDTH = 1.5;
const FAINT_WIDTH = 1;
const FAINT = 0.3;

/** The curves: raw values, faint where a smoothed line goes over them. */
export const LineLayer = memo(function LineLayer(props: LineLayerProps) {
  const points = props.lines.reduce((sum, { raw }) => sum + raw.x.length, 0);
  const isMuch = props.lines.length > MAX_SVG_LINES || points > MAX_SVG_POINTS;
  return isMuch ? <CanvasLines {...props} /> : <SvgLines {...props} />;
});

function SvgLines({ lines, geometry }: LineLayerProps) {
  const clip = useId();
  const { width, height, scales } = geometry;
  const pathOf = (column: DrawnLine['raw']) => {
    const pen = svgPen();
    trace(pen, column, scales);
    return pen.path();
  };
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true">
      <clipPath id={clip}>
        <rect {...clipBox(geometry)} />
      </clipPath>
      <g clipPath={`url(#${clip})`} className={styles.lines}>
        {lines.map(({ run, raw, smooth, mark }) => (
          <g key={run} style={{ stroke: mark.colour }}>
            {smooth && <path d={pathOf(raw)} strokeWidth={FAINT_WIDTH} opacity={FAINT} />}
            <path
              d={pathOf(smooth ?? raw)}
              strokeWidth={WIDTH}
              strokeDasharray={mark.dash.join(' ')}
            />
          </g>
        ))}
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

function paint(canvas: HTMLCanvasElement, lines: readonly DrawnLine[], geometry: Geometry): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { width, height, scales } = geometry;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.inlineSize = `${width}px`;
  canvas.style.blockSize = `${height}px`;
  context.scale(ratio, ratio);
  const box = clipBox(geometry);
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.lineJoin = 'round';
  const stroke = (column: DrawnLine['raw']) => {
    const path = new Path2D();
    trace(path, column, scales);
    context.stroke(path);
  };
  for (const { raw, smooth, mark } of lines) {
    context.strokeStyle = resolveColour(canvas, mark.colour);
    context.setLineDash([]);
    if (smooth) {
      context.lineWidth = FAINT_WIDTH;
      context.globalAlpha = FAINT;
      stroke(raw);
    }
    context.lineWidth = WIDTH;
    context.globalAlpha = 1;
    context.setLineDash([...mark.dash]);
    stroke(smooth ?? raw);
  }
}

/** A canvas knows no custom properties; the browser's own resolution of one does. */
function resolveColour(canvas: HTMLCanvasElement, colour: string): string {
  canvas.style.color = colour;
  return getComputedStyle(canvas).color;
}

function clipBox({ width, height }: Geometry) {
  return {
    x: EDGES.left,
    y: 0,
    width: Math.max(0, width - EDGES.left - EDGES.right + 1),
    height: Math.max(0, height - EDGES.bottom + 1),
  };
}
