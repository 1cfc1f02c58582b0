import {
  type Absence,
  type Axis,
  absenceOn,
  createAxis,
  isWithin,
  placeOn,
  valueOn,
} from './axis.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import type { Box } from './view.ts';

/** A run with a place on both axes, each from 0 to 1. */
export interface Point {
  readonly row: ExploreRow;
  readonly x: number;
  readonly y: number;
}

export interface LeftOut {
  readonly column: ExploreColumn;
  readonly absence: Absence;
  readonly rows: readonly ExploreRow[];
}

export interface ScatterPoints {
  readonly across: Axis;
  readonly up: Axis;
  readonly points: readonly Point[];
  /** Runs without a place, by the first axis that has none for them. */
  readonly leftOut: readonly LeftOut[];
}

/** Part of an axis beyond the outermost points. */
const AIR = 0.04;

export function scatterPoints(
  rows: readonly ExploreRow[],
  [across, up]: readonly [ExploreColumn, ExploreColumn],
  logs: readonly string[],
): ScatterPoints {
  const axesOf = (placed: readonly ExploreRow[]) => {
    const axisOf = (column: ExploreColumn) =>
      createAxis(column, placed, { isLog: logs.includes(column.id), air: AIR });
    return [axisOf(across), axisOf(up)] as const;
  };
  const all = axesOf(rows);
  // What is left out of one axis must not stretch the other.
  const axes = axesOf(rows.filter((row) => !findAbsence(all, row)));
  const points: Point[] = [];
  const leftOut = new Map<
    string,
    { column: ExploreColumn; absence: Absence; rows: ExploreRow[] }
  >();
  for (const row of rows) {
    const absent = findAbsence(all, row);
    if (absent) {
      const key = `${absent.absence} ${absent.column.id}`;
      const known = leftOut.get(key);
      if (known) known.rows.push(row);
      else leftOut.set(key, { ...absent, rows: [row] });
      continue;
    }
    const [x, y] = axes.map((axis) => placeOn(axis, valueOn(axis, row)));
    points.push({ row, x: x ?? Number.NaN, y: y ?? Number.NaN });
  }
  return { across: axes[0], up: axes[1], points, leftOut: [...leftOut.values()] };
}

function findAbsence(axes: readonly Axis[], row: ExploreRow) {
  for (const axis of axes) {
    const absence = absenceOn(axis, valueOn(axis, row));
    if (absence) return { column: axis.column, absence };
  }
  return null;
}

/** The runs in a box, its edges included. */
export function runsInBox({ across, up, points }: ScatterPoints, box: Box): ReadonlySet<string> {
  const inside = points.filter(
    ({ row }) =>
      isWithin(across, valueOn(across, row), box.across) && isWithin(up, valueOn(up, row), box.up),
  );
  return new Set(inside.map(({ row }) => row.run));
}

/**
 * The runs that no other run beats: none is at least as good in both columns and better in one. From
 * left to right. `null` when it is not known for both which way is better.
 */
export function paretoFront({ across, up, points }: ScatterPoints): readonly Point[] | null {
  const [first, second] = [across.column.better, up.column.better];
  if (first === null || second === null || across.column.id === up.column.id) return null;
  if (across.kind !== 'number' || up.kind !== 'number') return null;
  const costs = points.map((point) => ({
    point,
    a: first === 'lower' ? point.x : -point.x,
    b: second === 'lower' ? point.y : -point.y,
  }));
  costs.sort((p, q) => p.a - q.a || p.b - q.b);
  const front: typeof costs = [];
  for (const cost of costs) {
    const last = front.at(-1);
    const isEqual = last && last.a === cost.a && last.b === cost.b;
    if (!last || cost.b < last.b || isEqual) front.push(cost);
  }
  return front.map(({ point }) => point).sort((p, q) => p.x - q.x);
}

/** The nearest point to a place within a distance, all in pixels. */
export function nearestPoint(
  points: readonly Point[],
  at: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number; readonly reach: number },
): Point | null {
  let best: Point | null = null;
  let least = size.reach ** 2;
  for (const point of points) {
    const dx = point.x * size.width - at.x;
    const dy = (1 - point.y) * size.height - at.y;
    const distance = dx * dx + dy * dy;
    if (distance > least) continue;
    least = distance;
    best = point;
  }
  return best;
}

/** Points one after the other along an axis, those at the same place along the other. */
export function orderAlong(points: readonly Point[], axis: 'x' | 'y'): readonly Point[] {
  const other = axis === 'x' ? 'y' : 'x';
  return [...points].sort(
    (a, b) => a[axis] - b[axis] || a[other] - b[other] || (a.row.run < b.row.run ? -1 : 1),
  );
}
