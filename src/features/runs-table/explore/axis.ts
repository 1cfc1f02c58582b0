import type { ExploreColumn, ExploreRow } from './columns.ts';
import type { Ends } from './view.ts';

/** One column as a line from 0 to 1 on which runs have their places. */
export type Axis = NumberAxis | CategoryAxis;

interface AxisBase {
  readonly column: ExploreColumn;
}

export interface NumberAxis extends AxisBase {
  readonly kind: 'number';
  readonly isLog: boolean;
  /** Values at 0 and at 1. */
  readonly domain: readonly [number, number];
}

/** Categories, evenly spaced. */
export interface CategoryAxis extends AxisBase {
  readonly kind: 'category';
  /** In order, the first lowest. */
  readonly names: readonly string[];
  readonly indices: ReadonlyMap<string, number>;
}

export type Value = number | string | null;

/** Why a run has no place on an axis. */
export type Absence = 'none' | 'not-finite' | 'not-positive';

const collator = new Intl.Collator('en', { numeric: true });

export interface AxisOptions {
  readonly isLog: boolean;
  /** Part of the axis beyond the outermost values. */
  readonly air: number;
}

export function createAxis(
  column: ExploreColumn,
  rows: readonly ExploreRow[],
  { isLog, air }: AxisOptions,
): Axis {
  const values = rows.map((row) => row.values.get(column.id) ?? null);
  if (column.kind === 'category') {
    const texts = values.filter((value) => value !== null).map(String);
    const names = [...new Set(texts)].sort(collator.compare);
    return { kind: 'category', column, names, indices: new Map(names.map((name, i) => [name, i])) };
  }
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value) || (isLog && value <= 0)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { kind: 'number', column, isLog, domain: widen(min, max, { isLog, air }) };
}

function widen(min: number, max: number, { isLog, air }: AxisOptions): readonly [number, number] {
  if (min > max) return isLog ? [0.1, 1] : [0, 1];
  if (isLog) {
    const factor = min === max ? 2 : (max / min) ** air;
    return [Math.max(Number.MIN_VALUE, min / factor), Math.min(Number.MAX_VALUE, max * factor)];
  }
  if (min === max) return [min - (Math.abs(min) / 2 || 0.5), max + (Math.abs(max) / 2 || 0.5)];
  // Halves first: the difference may be past what a double holds.
  const extra = (max / 2 - min / 2) * 2 * air;
  return Number.isFinite(extra) ? [min - extra, max + extra] : [min, max];
}

export function valueOn({ column }: Axis, { values }: ExploreRow): Value {
  return values.get(column.id) ?? null;
}

/** From 0 to 1; `NaN` for what has no place. */
export function placeOn(axis: Axis, value: Value): number {
  if (axis.kind === 'category') {
    const index = value === null ? undefined : axis.indices.get(String(value));
    return index === undefined ? Number.NaN : placeOfIndex(axis, index);
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return Number.NaN;
  const [from, to] = axis.domain;
  if (!axis.isLog) return (value / 2 - from / 2) / (to / 2 - from / 2);
  if (value <= 0) return Number.NaN;
  return (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from));
}

/** Half a step from each end, so that a single one is in the middle. */
function placeOfIndex({ names }: CategoryAxis, index: number): number {
  return (index + 0.5) / names.length;
}

/** What lies at a place from 0 to 1; the nearest category, `null` where there is none. */
export function valueAt(axis: Axis, place: number): number | string | null {
  if (axis.kind === 'category') {
    const index = Math.floor(place * axis.names.length);
    return axis.names[Math.min(axis.names.length - 1, Math.max(0, index))] ?? null;
  }
  const [from, to] = axis.domain;
  if (!axis.isLog) return from * (1 - place) + to * place;
  return Math.exp(Math.log(from) * (1 - place) + Math.log(to) * place);
}

/** `null` when it has a place. */
export function absenceOn(axis: Axis, value: Value): Absence | null {
  if (value === null) return 'none';
  if (axis.kind === 'category') return null;
  if (typeof value !== 'number') return 'none';
  if (!Number.isFinite(value)) return 'not-finite';
  return axis.isLog && value <= 0 ? 'not-positive' : null;
}

/** Whether a value lies between two others, both included. */
export function isWithin(axis: Axis, value: Value, ends: Ends): boolean {
  const [from, to] = endsOn(axis, ends);
  if (axis.kind === 'number') {
    // Not by places: rounding would put a value outside of an end that is the value itself.
    if (absenceOn(axis, value) !== null || typeof value !== 'number') return false;
    return value >= Number(from) && value <= Number(to);
  }
  const index = value === null ? undefined : axis.indices.get(String(value));
  return index !== undefined && index >= Number(from) && index <= Number(to);
}

/** Numbers, or places in the list of categories, the lower first; `NaN` for one that is not there. */
function endsOn(axis: Axis, [a, b]: Ends): readonly [number, number] {
  const at = (end: number | string) => {
    if (axis.kind === 'number') return typeof end === 'number' ? end : Number.NaN;
    return axis.indices.get(String(end)) ?? Number.NaN;
  };
  const [from, to] = [at(a), at(b)];
  return from <= to ? [from, to] : [to, from];
}

/** The part of an axis, from 0 to 1, that two ends take; of categories, their whole steps. */
export function spanOf(axis: Axis, ends: Ends): readonly [number, number] | null {
  if (axis.kind === 'category') {
    const [from, to] = endsOn(axis, ends);
    if (Number.isNaN(from + to)) return null;
    return [from / axis.names.length, (to + 1) / axis.names.length];
  }
  const [from, to] = endsOn(axis, ends).map((end) => {
    // An end that was below zero takes all that a log axis has on that side.
    return axis.isLog && end <= 0 ? 0 : placeOn(axis, end);
  });
  if (from === undefined || to === undefined || Number.isNaN(from + to)) return null;
  if (to < 0 || from > 1) return null;
  return [Math.max(0, from), Math.min(1, to)];
}

/** Two places as ends; numbers with no more digits than tell one pixel from another. `null`: no values. */
export function endsAt(axis: Axis, a: number, b: number): Ends | null {
  const [low, high] = [clamp(Math.min(a, b)), clamp(Math.max(a, b))];
  const [from, to] = [valueAt(axis, low), valueAt(axis, high)];
  if (typeof from === 'string' && typeof to === 'string') return [from, to];
  if (typeof from !== 'number' || typeof to !== 'number') return null;
  return [short(from, axis), short(to, axis)];
}

const clamp = (place: number) => Math.min(1, Math.max(0, place));

/** A URL stays short; a ten-thousandth of the axis is less than a pixel. */
function short(value: number, axis: Axis): number {
  if (axis.kind === 'category') return value;
  const [from, to] = axis.domain;
  const unit = axis.isLog ? Math.abs(value) : to / 2 - from / 2;
  const digits = Math.ceil(Math.log10(Math.abs(value) / unit)) + 5;
  return value === 0 ? 0 : Number(value.toPrecision(Math.min(15, Math.max(4, digits))));
}
