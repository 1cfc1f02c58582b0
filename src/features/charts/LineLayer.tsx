import { memo, useEffect, useId, useLayoutEffect, useRef } from 'react';
import type { PixelColumns } from '#domain/pixel-columns.ts';
import { useColourScheme } from '#ui/use-colour-scheme.ts';
import type { DrawnLine } from './drawn-lines.ts';
import type { Column } from './extent.ts';
import { clipBox, columnsOf, FAINT, FAINT_WIDTH, GHOST, GHOST_DASH, WIDTH } from './line-paint.ts';
import { createLinePainter, type LinePainter } from './line-painter.ts';
import styles from './Plot.module.css';
import type { Geometry } from './plot-geometry.ts';
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

/** The curves: raw values, faint where a smoothed line goes over them, and what restarts rewrote. */
export const LineLayer = memo(function LineLayer(props: LineLayerProps) {
  const { isMoving = false } = props;
  const points = props.lines.reduce((sum, { raw }) => sum + raw.x.length, 0);
  const most = isMoving ? MAX_MOVING_POINTS : MAX_SVG_POINTS;
  const isMuch = props.lines.length > MAX_SVG_LINES || points > most;
  return isMuch ? <CanvasLines {...props} /> : <SvgLines {...props} />;
});

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

function CanvasLines({ lines, geometry, isMoving = false }: LineLayerProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const painter = useRef<LinePainter>(null);
  const scheme = useColourScheme();
  const drawn = useRef(scheme);
  useLayoutEffect(() => {
    if (!ref.current) return;
    painter.current ??= createLinePainter(ref.current);
    painter.current.show(lines, geometry, isMoving);
  }, [lines, geometry, isMoving]);
  useLayoutEffect(() => {
    if (drawn.current !== scheme) painter.current?.repaint();
    drawn.current = scheme;
  }, [scheme]);
  useEffect(() => () => painter.current?.stop(), []);
  return <canvas ref={ref} className={styles.layer} />;
}
