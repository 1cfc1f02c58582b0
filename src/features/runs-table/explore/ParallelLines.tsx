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
    return ref.current ? paint(ref.current, { rows, axes, brushed, area }) : undefined;
  }, [rows, axes, brushed, area, scheme]);
  return <canvas ref={ref} className={styles.layer} />;
});

/** Lines that a frame has time for, also without a graphics card. */
const LINES_PER_FRAME = 400;

/** Paints the first lines at once and the others frame by frame. @returns what ends it */
function paint(canvas: HTMLCanvasElement, props: ParallelLinesProps): (() => void) | undefined {
  const { rows, brushed, area } = props;
  const context = blankCanvas(canvas, area);
  if (!context) return undefined;
  const resolve = colourResolver(canvas);
  const isIn = ({ run }: ExploreRow) => !brushed || brushed.has(run);
  const strong = rows.filter(isIn);
  const faint = rows.filter((row) => !isIn(row));
  const isDashed = strong.length <= MAX_DASHED;
  const opacity = {
    faint: faint.length > MAX_DASHED ? FAINT : FAINT * 2,
    strong: opacityOf(strong.length),
  };
  const draw = (row: ExploreRow, isFaint: boolean) => {
    context.globalAlpha = isFaint ? opacity.faint : opacity.strong;
    context.lineWidth = isFaint || !isDashed ? 1 : 1.5;
    context.strokeStyle = resolve(row.mark.colour);
    context.setLineDash(isDashed ? [...row.mark.dash] : []);
    context.stroke(lineOf(row, props));
  };
  context.lineJoin = 'round';
  const all = [...faint, ...strong];
  let frame = 0;
  const go = (from: number) => {
    const to = Math.min(all.length, from + LINES_PER_FRAME);
    for (const [i, row] of all.slice(from, to).entries()) draw(row, from + i < faint.length);
    if (to < all.length) frame = requestAnimationFrame(() => go(to));
  };
  go(0);
  return () => cancelAnimationFrame(frame);
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
