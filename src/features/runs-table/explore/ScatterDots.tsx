import { memo, useLayoutEffect, useRef } from 'react';
import { useColourScheme } from '#ui/use-colour-scheme.ts';
import { blankCanvas, colourResolver } from './canvas.ts';
import styles from './Explore.module.css';
import { type Area, outerHeight } from './scatter-geometry.ts';
import { type Look, type Looks, shapePath } from './scatter-look.ts';
import type { Point, ScatterPoints } from './scatter-points.ts';

export interface ScatterDotsProps {
  readonly points: ScatterPoints;
  readonly looks: Looks;
  readonly front: readonly Point[] | null;
  readonly brushed: ReadonlySet<string> | null;
  readonly area: Area;
}

/** How opaque points are: many lie on each other. */
const FEW = 300;
const OPACITY = { few: 0.9, many: 0.55, faint: 0.12 } as const;

/** The points on a canvas: 10 000 are painted in one go. */
export const ScatterDots = memo(function ScatterDots(props: ScatterDotsProps) {
  const { points, looks, front, brushed, area } = props;
  const ref = useRef<HTMLCanvasElement>(null);
  const scheme = useColourScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useLayoutEffect(() => {
    if (ref.current) paint(ref.current, { points, looks, front, brushed, area });
  }, [points, looks, front, brushed, area, scheme]);
  return <canvas ref={ref} className={styles.layer} />;
});

function paint(canvas: HTMLCanvasElement, props: ScatterDotsProps): void {
  const { points, looks, front, brushed, area } = props;
  const size = { width: area.left + area.width + 16, height: outerHeight(area) };
  const context = blankCanvas(canvas, size);
  if (!context) return;
  const resolve = colourResolver(canvas);
  const outlines = new Map<string, Path2D>();
  const draw = ({ row, x, y }: Point, opacity: number) => {
    const look = looks.of(row);
    const [left, top] = [area.left + x * area.width, area.top + (1 - y) * area.height];
    context.translate(left, top);
    context.globalAlpha = opacity;
    const outline = outlineOf(look, outlines);
    if (look.isHollow) {
      context.strokeStyle = resolve(look.colour);
      context.stroke(outline);
    } else {
      context.fillStyle = resolve(look.colour);
      context.fill(outline);
    }
    context.translate(-left, -top);
  };
  const isIn = ({ row }: Point) => !brushed || brushed.has(row.run);
  const opacity = points.points.length > FEW ? OPACITY.many : OPACITY.few;
  for (const point of points.points) if (!isIn(point)) draw(point, OPACITY.faint);
  for (const point of points.points) if (isIn(point)) draw(point, opacity);
  if (front) ringFront(context, { front, looks, area, colour: resolve('var(--text)') });
}

function outlineOf({ shape, radius }: Look, known: Map<string, Path2D>): Path2D {
  const path = shapePath(shape, radius);
  const outline = known.get(path) ?? new Path2D(path);
  known.set(path, outline);
  return outline;
}

interface Ringed extends Pick<ScatterDotsProps, 'looks' | 'area'> {
  readonly front: readonly Point[];
  readonly colour: string;
}

function ringFront(
  context: CanvasRenderingContext2D,
  { front, looks, area, colour }: Ringed,
): void {
  context.globalAlpha = 0.8;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  for (const { row, x, y } of front) {
    context.beginPath();
    const [left, top] = [area.left + x * area.width, area.top + (1 - y) * area.height];
    context.arc(left, top, looks.of(row).radius + 2.5, 0, 2 * Math.PI);
    context.stroke();
  }
}
