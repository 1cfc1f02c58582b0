import { type Axis, absenceOn, createAxis, isWithin, placeOn, spanOf, valueOn } from './axis.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import type { AxisBrush, Brushes, Ends } from './view.ts';

export interface ParallelAxis {
  readonly axis: Axis;
  readonly isFlipped: boolean;
  /** `null`: nothing of it is brushed. */
  readonly brush: AxisBrush | null;
  /** Runs at the foot of the axis, where those stand that have no place on it. */
  readonly absent: readonly ExploreRow[];
}

/** So many axes are legible side by side; more can be chosen. */
const FIRST_AXES = 8;

/** Configuration that is not the same everywhere, with what came of it at the end. */
export function firstAxes(columns: readonly ExploreColumn[], metric: string | null): string[] {
  const configuration = columns.filter(({ source }) => source === 'configuration');
  const result =
    columns.find(({ id }) => id === metric) ??
    columns.find(({ source, better }) => source === 'metric' && better !== null) ??
    columns.find(({ source }) => source === 'metric');
  const chosen = configuration.slice(0, result ? FIRST_AXES - 1 : FIRST_AXES);
  return [...chosen, ...(result ? [result] : [])].map(({ id }) => id);
}

export function parallelAxes(
  rows: readonly ExploreRow[],
  columns: readonly ExploreColumn[],
  view: {
    readonly axes: readonly string[];
    readonly flipped: readonly string[];
    readonly logs: readonly string[];
    readonly brushes: Brushes;
  },
): ParallelAxis[] {
  return view.axes.flatMap((id) => {
    const column = columns.find((column) => column.id === id);
    if (!column) return [];
    const axis = createAxis(column, rows, { isLog: view.logs.includes(id), air: 0 });
    const absent = rows.filter((row) => absenceOn(axis, valueOn(axis, row)) !== null);
    const brush = view.brushes[id] ?? null;
    return [{ axis, isFlipped: view.flipped.includes(id), brush, absent }];
  });
}

/** The runs that are in the brush of every axis that has one; `null` when none has. */
export function runsInBrushes(
  rows: readonly ExploreRow[],
  axes: readonly ParallelAxis[],
): ReadonlySet<string> | null {
  const brushed = axes.filter(({ brush }) => brush !== null);
  if (brushed.length === 0) return null;
  const inside = rows.filter((row) => brushed.every((one) => isBrushed(one, row)));
  return new Set(inside.map(({ run }) => run));
}

function isBrushed({ axis, brush }: ParallelAxis, row: ExploreRow): boolean {
  if (!brush) return true;
  const value = valueOn(axis, row);
  if (absenceOn(axis, value) !== null) return brush.none;
  return brush.range !== null && isWithin(axis, value, brush.range);
}

/** From 0 at the foot to 1, as drawn; `NaN` for a run that stands below the foot. */
export function heightOn({ axis, isFlipped }: ParallelAxis, row: ExploreRow): number {
  const place = placeOn(axis, valueOn(axis, row));
  return isFlipped ? 1 - place : place;
}

/** Where the handles of an axis are drawn, the lower first: at its ends while no value is brushed. */
export function handlesOf({ axis, isFlipped, brush }: ParallelAxis): readonly [number, number] {
  const span = (brush?.range && spanOf(axis, brush.range)) ?? [0, 1];
  return isFlipped ? [1 - span[1], 1 - span[0]] : span;
}

/** Brushes with another range on one axis; `null`, as the whole axis: every value. */
export function withRange(brushes: Brushes, id: string, range: Ends | null): Brushes {
  return withBrush(brushes, id, { range, none: brushes[id]?.none ?? false });
}

/** Brushes that take, or leave, the runs without a place on one axis. */
export function withNone(brushes: Brushes, id: string, none: boolean): Brushes {
  return withBrush(brushes, id, { range: brushes[id]?.range ?? null, none });
}

function withBrush(brushes: Brushes, id: string, brush: AxisBrush): Brushes {
  const { [id]: _, ...others } = brushes;
  return brush.range || brush.none ? { ...others, [id]: brush } : others;
}

/** A list with one entry moved to another place in it. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const target = Math.min(list.length - 1, Math.max(0, to));
  const [one] = list.slice(from, from + 1);
  if (one === undefined || target === from) return list;
  const others = list.filter((_, i) => i !== from);
  return [...others.slice(0, target), one, ...others.slice(target)];
}

/** Pages of a long axis, and single steps. */
const STEPS = 100;
const PAGE = 10;

/**
 * Where a key moves a handle to, from 0 to 1 as drawn; `null` for other keys. Handles stop at each
 * category, and at hundredths of an axis of numbers.
 */
export function handleKey(key: string, place: number, axis: Axis): number | null {
  const steps = axis.kind === 'category' ? Math.max(1, axis.names.length) : STEPS;
  const at = Math.round(place * steps);
  const to = {
    ArrowUp: at + 1,
    ArrowRight: at + 1,
    ArrowDown: at - 1,
    ArrowLeft: at - 1,
    PageUp: at + PAGE,
    PageDown: at - PAGE,
    Home: 0,
    End: steps,
  }[key];
  return to === undefined ? null : Math.min(steps, Math.max(0, to)) / steps;
}
