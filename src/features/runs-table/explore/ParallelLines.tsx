import { memo, useLayoutEffect, useRef } from 'react';
import { useColourScheme } from '#ui/use-colour-scheme.ts';
import { blankCanvas, colourResolver } from './canvas.ts';
import type { ExploreRow } from './columns.ts';
import styles from './Explore.module.css';
import { heightOn, type ParallelAxis } from './parallel-axes.ts';
import { type ParallelArea, yOf } from './parallel-geometry.ts';

export interface ParallelLinesProps {
  readonly rows: readonly ExploreRow[];
  readonly axes: readonly ParallelAxis[];
  readonly brushed: ReadonlySet<string> | null;
  readonly area: ParallelArea;
}

/** With more lines than these, dashes cannot be told and take time. */
const MAX_DASHED = 100;

const FAINT = 0.06;

/** A line for each run on a canvas, faint where it is not in the brush. */
export const ParallelLines = memo(function ParallelLines(props: ParallelLinesProps) {
  const { rows, axes, brushed, area } = props;
  const ref = useRef<HTMLCanvasElement>(null);
  const scheme = useColourScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useLayoutEffect(() => {
    if (ref.current) paint(ref.current, { rows, axes, brushed, area });
  }, [rows, axes, brushed, area, scheme]);
  return <canvas ref={ref} className={styles.layer} />;
});

function paint(canvas: HTMLCanvasElement, props: ParallelLinesProps): void {
  const { rows, brushed, area } = props;
  const context = blankCanvas(canvas, area);
  if (!context) return;
  const resolve = colourResolver(canvas);
  const isIn = ({ run }: ExploreRow) => !brushed || brushed.has(run);
  const strong = rows.filter(isIn);
  context.lineJoin = 'round';
  const draw = (drawn: readonly ExploreRow[], opacity: number) => {
    context.globalAlpha = opacity;
    for (const row of drawn) {
      context.strokeStyle = resolve(row.mark.colour);
      context.setLineDash(strong.length <= MAX_DASHED ? [...row.mark.dash] : []);
      context.stroke(lineOf(row, props));
    }
  };
  if (brushed) {
    const faint = rows.filter((row) => !isIn(row));
    draw(faint, faint.length > MAX_DASHED ? FAINT : FAINT * 2);
  }
  context.lineWidth = strong.length > MAX_DASHED ? 1 : 1.5;
  draw(strong, opacityOf(strong.length));
}

/** As many lines lie on each other, so faint is each: what is frequent still shows. */
function opacityOf(lines: number): number {
  return Math.min(0.9, Math.max(0.08, 9 / Math.sqrt(lines)));
}

function lineOf(row: ExploreRow, { axes, area }: ParallelLinesProps): Path2D {
  const path = new Path2D();
  for (const [i, axis] of axes.entries()) {
    const [x, y] = [area.x[i] ?? 0, yOf(area, heightOn(axis, row))];
    if (axes.length === 1) path.moveTo(x - 12, y);
    if (i === 0 && axes.length > 1) path.moveTo(x, y);
    else path.lineTo(axes.length === 1 ? x + 12 : x, y);
  }
  return path;
}
