import { type PointerEvent, useState } from 'react';
import { type Area, boxOf, type Drag } from './scatter-geometry.ts';
import { nearestPoint, type Point, type ScatterPoints } from './scatter-points.ts';
import type { Box } from './view.ts';

/** From the pointer to the point it means, in pixels. */
const REACH = 24;
/** A shorter drag is a click with an unsteady hand. */
const SHORTEST_DRAG = 4;

interface Options {
  readonly points: ScatterPoints;
  readonly area: Area;
  readonly onHover: (point: Point | null) => void;
  readonly onBox: (box: Box | null) => void;
}

/** The pointer over a scatter plot: it finds the nearest point, draws a box, and takes it away. */
export function useScatterPointer({ points, area, onHover, onBox }: Options) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const pixelsOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left - area.left, y: event.clientY - box.top - area.top };
  };
  const placeOf = (event: PointerEvent): readonly [number, number] => {
    const { x, y } = pixelsOf(event);
    return [clamp(x / area.width), clamp(1 - y / area.height)];
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag) setDrag({ ...drag, to: placeOf(event) });
    else onHover(nearestPoint(points.points, pixelsOf(event), { ...area, reach: REACH }));
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const from = placeOf(event);
    setDrag({ from, to: from });
  };
  const onPointerUp = () => {
    if (drag && isLong(drag, area)) onBox(boxOf(points, drag));
    setDrag(null);
  };
  const on = {
    onPointerMove,
    onPointerDown,
    onPointerUp,
    onPointerCancel: () => setDrag(null),
    onPointerLeave: () => onHover(null),
    onDoubleClick: () => onBox(null),
  };
  return { drag, on };
}

function isLong({ from, to }: Drag, { width, height }: Area): boolean {
  return (
    Math.abs(to[0] - from[0]) * width >= SHORTEST_DRAG &&
    Math.abs(to[1] - from[1]) * height >= SHORTEST_DRAG
  );
}

const clamp = (part: number) => Math.min(1, Math.max(0, part));
