import { type KeyboardEvent, useMemo, useState } from 'react';
import { boxBetween, pointAfter } from './scatter-geometry.ts';
import { orderAlong, type Point, type ScatterPoints } from './scatter-points.ts';
import type { Box } from './view.ts';

interface Options {
  readonly points: ScatterPoints;
  readonly current: Point | null;
  readonly onHover: (point: Point | null) => void;
  readonly onBox: (box: Box | null) => void;
}

/** Keys on a scatter plot: arrows go from point to point, Space begins and ends a box, Escape clears it. */
export function useScatterKeys({ points, current, onHover, onBox }: Options) {
  const orders = useMemo(
    () => ({ x: orderAlong(points.points, 'x'), y: orderAlong(points.points, 'y') }),
    [points],
  );
  /** Where a box began that still grows. */
  const [corner, setCorner] = useState<Point | null>(null);
  const toggleBox = (point: Point) => {
    setCorner(corner ? null : point);
    if (!corner) onBox(boxBetween(points, point, point));
  };
  const clear = () => {
    setCorner(null);
    onBox(null);
  };
  const act = (key: string): boolean => {
    const next = pointAfter(key, current, orders);
    if (next) {
      onHover(next);
      if (corner) onBox(boxBetween(points, corner, next));
    } else if (key === ' ' && current) toggleBox(current);
    else if (key === 'Escape') clear();
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !act(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** Of the current point, from 1; 0: none. */
  const number = current ? orders.x.indexOf(current) + 1 : 0;
  return { number, onKeyDown, onBlur: () => setCorner(null) };
}
