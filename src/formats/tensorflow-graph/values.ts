import type { Dtype } from '#domain/dtype.ts';

/** A length: a number, or the name of one that follows from the sizes of the inputs, see `Sizes`. */
export type Size = number | string;

/** What is computed for each batch. */
export interface Computed {
  readonly kind: 'computed';
  /** Of the value in the graph. */
  readonly name: string;
  readonly shape: readonly Size[];
  readonly dtype: Dtype;
}

/** What is known while the graph is read: small constants, and what shapes amount to. Row-major. */
export interface Known {
  readonly kind: 'known';
  readonly values: readonly Size[];
  readonly shape: readonly number[];
  readonly dtype: Dtype;
}

/** A variable itself, not what it holds. */
export interface Handle {
  readonly kind: 'handle';
  readonly value: Computed;
}

/** A `TensorList` as it is at one time; `null` where nothing was put yet. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly (Arrayed | null)[];
  /** Of an element; `null` where it is not known. */
  readonly shape: readonly Size[] | null;
  readonly dtype: Dtype;
}

/** What a graph that cannot be computed would give: the reason is on record where it arose. */
export interface Absent {
  readonly kind: 'absent';
}

/** The side of a switch that is not taken. */
export interface Dead {
  readonly kind: 'dead';
}

export type Arrayed = Computed | Known;
export type Value = Arrayed | Handle | List | Absent | Dead;

export const ABSENT: Absent = { kind: 'absent' };
export const DEAD: Dead = { kind: 'dead' };

export function isArrayed(value: Value | undefined): value is Arrayed {
  return value?.kind === 'computed' || value?.kind === 'known';
}

export function known(
  values: readonly Size[],
  shape: readonly number[],
  dtype: Dtype = 'int32',
): Known {
  return { kind: 'known', values, shape, dtype };
}

/** An axis from 0, whether it counts from the front or from the back. */
export function axisFrom(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

export function isWhole(dtype: Dtype): boolean {
  return /^u?int/.test(dtype);
}

export function isFloat(dtype: Dtype): boolean {
  return /^b?float/.test(dtype);
}
