import { endsAt } from './axis.ts';
import type { Point, ScatterPoints } from './scatter-points.ts';
import type { Box } from './view.ts';

/** Where the plot lies in its element, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Room for the labels of the axes. */
const EDGES = { left: 72, right: 16, top: 10, bottom: 40 } as const;

const LEAST_HEIGHT = 260;
const MOST_HEIGHT = 460;

export function areaOf(width: number): Area {
  const height = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, Math.round(width * 0.5)));
  return {
    left: EDGES.left,
    top: EDGES.top,
    width: Math.max(1, width - EDGES.left - EDGES.right),
    height: height - EDGES.top - EDGES.bottom,
  };
}

/** Of the whole element, axes included. */
export function outerHeight({ height }: Area): number {
  return height + EDGES.top + EDGES.bottom;
}

/** Two corners, from 0 to 1 across and up. */
export interface Drag {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** A drag as a box of values; `null` where an axis has none. */
export function boxOf({ across, up }: ScatterPoints, { from, to }: Drag): Box | null {
  const ends = [endsAt(across, from[0], to[0]), endsAt(up, from[1], to[1])] as const;
  return ends[0] && ends[1] ? { across: ends[0], up: ends[1] } : null;
}

/** A box with two points in its corners, by their own values. */
export function boxBetween({ across, up }: ScatterPoints, a: Point, b: Point): Box | null {
  const values = (id: string) => [a.row.values.get(id), b.row.values.get(id)] as const;
  const ends = (id: string): Box['up'] | null => {
    const [from, to] = values(id);
    if (typeof from === 'number' && typeof to === 'number') return [from, to];
    return typeof from === 'string' && typeof to === 'string' ? [from, to] : null;
  };
  const [first, second] = [ends(across.column.id), ends(up.column.id)];
  return first && second ? { across: first, up: second } : null;
}

/** Where a key goes from one point: to the next along the axis of the arrow; `null` for other keys. */
export function pointAfter(
  key: string,
  current: Point | null,
  orders: { readonly x: readonly Point[]; readonly y: readonly Point[] },
): Point | null {
  const along = key === 'ArrowUp' || key === 'ArrowDown' ? orders.y : orders.x;
  const at = current ? along.findIndex(({ row }) => row.run === current.row.run) : -1;
  const to = {
    ArrowLeft: at < 0 ? 0 : at - 1,
    ArrowDown: at < 0 ? 0 : at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    Home: 0,
    End: along.length - 1,
  }[key];
  if (to === undefined) return null;
  return along[Math.min(along.length - 1, Math.max(0, to))] ?? null;
}
