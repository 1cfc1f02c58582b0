import type { Tensor } from '@tensorflow/tfjs';
import type { Dtype } from '#domain/dtype.ts';
import type { Dimension, OpAttributes, OpName } from '#domain/graph.ts';

/** The types that tfjs computes in; every other one is brought to one of them. */
export type ComputeType = 'float32' | 'int32' | 'bool';

/** What is known of a value before anything is computed. */
export interface Spec {
  readonly shape: readonly number[];
  readonly dtype: ComputeType;
  /** The number itself where it is a scalar that follows from shapes and constants alone. */
  readonly known: number | null;
}

export type Inputs<T> = readonly (T | null)[];

/** An op: what it gives, known from shapes alone, and how it is computed. */
export interface Op<Name extends OpName> {
  /**
   * Checks that the inputs fit together. Throws `Misfit` when they do not.
   * @param resolve gives the number that a `Dimension` stands for
   */
  infer(inputs: Inputs<Spec>, attributes: OpAttributes[Name], resolve: Resolve): Spec;
  /** Elements of the largest array it makes on its way, where that is larger than inputs and output. */
  scratch?(inputs: Inputs<Spec>, attributes: OpAttributes[Name], output: Spec): number;
  /** Brings input 1, a kernel, into the order that `compute` wants: once, not with every batch. */
  prepare?(kernel: Tensor, attributes: OpAttributes[Name]): Tensor;
  /**
   * The attributes with which it does the same where the images come channels-last (`NHWC` in place of
   * `NCHW`), and which inputs are images; `null` where it cannot. Absent: it never can.
   */
  channelsLast?(attributes: OpAttributes[Name], inputs: Inputs<Spec>): ChannelsLast<Name> | null;
  /**
   * Called inside `tidy`: whatever it makes besides its result goes away. It may give an input itself.
   * `specs` are of the inputs.
   */
  compute(
    inputs: Inputs<Tensor>,
    attributes: OpAttributes[Name],
    output: Spec,
    specs: Inputs<Spec>,
  ): Tensor;
}

export type Resolve = (dimension: Dimension) => number;

export interface ChannelsLast<Name extends OpName> {
  readonly attributes: OpAttributes[Name];
  readonly images: 'first' | 'all';
  /** `true`: tfjs has no other way, so images are brought to it; else only those that already are. */
  readonly wanted: boolean;
}

/** Inputs of an op that do not go together; the planner adds which op it was. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

/** Input `index`; throws `Misfit` when it is left out. */
export function need<T>(inputs: Inputs<T>, index: number): T {
  const input = inputs[index];
  if (!input) throw new Misfit(`input ${index} is missing`);
  return input;
}

/** The type that stands for a dtype while computing; `null` for what is no real number. */
export function computeType(dtype: Dtype): ComputeType | null {
  if (dtype === 'bool') return 'bool';
  if (/^u?int(8|16|32|64)$/.test(dtype)) return 'int32';
  return /^b?float(8_|16|32|64)/.test(dtype) ? 'float32' : null;
}

export function float(shape: readonly number[]): Spec {
  return { shape, dtype: 'float32', known: null };
}

/** `axis` from 0, whether it counts from the front or from the back. */
export function axisOf(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(at) || at < 0 || at >= rank) {
    throw new Misfit(`axis ${axis} of an array with ${rank} axes`);
  }
  return at;
}

export function sizeOf(shape: readonly number[], axis: number): number {
  const size = shape[axis];
  if (size === undefined) throw new Misfit(`no axis ${axis} in ${show(shape)}`);
  return size;
}

export function show(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** The shape of two arrays joined element by element, as NumPy broadcasts them. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new Misfit(`${show(a)} and ${show(b)} do not go together`);
    return x === 1 ? y : x;
  });
}

/** Where axis `axis` of `NC…` lies in `N…C`. */
export function toLast(axis: number, rank: number): number {
  const at = axisOf(axis, rank);
  if (at === 0) return 0;
  return at === 1 ? rank - 1 : at - 1;
}

/** The order of axes that brings `NC…` to `N…C`. */
export function lastOrder(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

/** The order of axes that brings `N…C` to `NC…`. */
export function firstOrder(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}
