import type { Dtype } from '#domain/dtype.ts';
import type { BinaryName, CompareName, Dimension, OpAttributes, UnaryName } from '#domain/graph.ts';
import type { LayerContext, Shape } from './builder.ts';

/** A value, or a number in its place. */
export type Operand = string | number;

/** Arithmetic with values of a graph; shapes follow along. Axes may be negative. */
export interface Calculator {
  unary(name: UnaryName, x: string): string;
  binary(name: BinaryName, a: Operand, b: Operand): string;
  compare(name: CompareName, a: Operand, b: Operand): string;
  logical(name: 'and' | 'or' | 'xor', a: string, b: string): string;
  where(condition: string, a: Operand, b: Operand): string;
  clamp(x: string, min: number | null, max: number | null): string;
  softmax(x: string, axis: number): string;
  reduce(
    name: OpAttributes['reduce']['name'],
    x: string,
    axes: readonly number[] | null,
    keep?: boolean,
  ): string;
  matmul(a: string, b: string): string;
  einsum(equation: string, ...operands: readonly string[]): string;
  transpose(x: string, axes: readonly number[]): string;
  /** `sizes`: of the new axes; `null` at the first: the examples, elsewhere what is left over. */
  reshape(x: string, sizes: readonly (Dimension | null)[]): string;
  expandDims(x: string, axis: number): string;
  squeeze(x: string, axis: number): string;
  concat(values: readonly string[], axis: number): string;
  /** `[from, to)`; `to: null`: to the end. */
  slice(x: string, axis: number, from: number, to: number | null): string;
  select(x: string, axis: number, index: number): string;
  flip(x: string, axis: number): string;
  cast(x: string, dtype: Dtype): string;
  number(value: number): string;
}

export function calculator(layer: LayerContext): Calculator {
  const { constant, emit, shapeOf } = layer;
  const value = (operand: Operand) =>
    typeof operand === 'number' ? constant([operand], []) : operand;
  const shapes = (a: string, b: string) => broadcast(shapeOf(a), shapeOf(b));
  const pair = (a: Operand, b: Operand) => [value(a), value(b)] as const;
  return {
    ...arrangement(layer),
    number: value,
    unary: (name, x) => emit('unary', [x], { name }, shapeOf(x)),
    binary(name, first, second) {
      const [a, b] = pair(first, second);
      return emit('binary', [a, b], { name }, shapes(a, b));
    },
    compare(name, first, second) {
      const [a, b] = pair(first, second);
      return emit('compare', [a, b], { name }, shapes(a, b));
    },
    logical: (name, a, b) => emit('logical', [a, b], { name }, shapes(a, b)),
    where(condition, first, second) {
      const [a, b] = pair(first, second);
      return emit('where', [condition, a, b], {}, broadcast(shapeOf(condition), shapes(a, b)));
    },
    clamp: (x, min, max) => emit('clamp', [x], { min, max }, shapeOf(x)),
    softmax: (x, axis) => emit('softmax', [x], { axis }, shapeOf(x)),
    reduce(name, x, axes, keep = false) {
      const shape = shapeOf(x);
      const gone = axes?.map((axis) => place(shape, axis)) ?? shape.map((_, axis) => axis);
      const left = keep
        ? shape.map((size, axis) => (gone.includes(axis) ? 1 : size))
        : shape.filter((_, axis) => !gone.includes(axis));
      return emit('reduce', [x], { name, axes: axes && gone, keep }, left);
    },
    matmul(a, b) {
      const [left, right] = [shapeOf(a), shapeOf(b)];
      const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
      return emit('matmul', [a, b], {}, [...batch, left.at(-2) ?? null, right.at(-1) ?? null]);
    },
    einsum: (equation, ...operands) =>
      emit('einsum', operands, { equation }, einsumShape(equation, operands.map(shapeOf))),
    cast: (x, dtype) => emit('cast', [x], { dtype }, shapeOf(x)),
  };
}

type Arrangement = Pick<
  Calculator,
  'transpose' | 'reshape' | 'expandDims' | 'squeeze' | 'concat' | 'slice' | 'select' | 'flip'
>;

/** What moves numbers and computes none. */
function arrangement({ emit, shapeOf, sizeOf }: LayerContext): Arrangement {
  const at = (x: string, axis: number) => place(shapeOf(x), axis);
  const without = (x: string, axis: number) => shapeOf(x).filter((_, i) => i !== at(x, axis));
  return {
    transpose(x, axes) {
      const order = axes.map((axis) => at(x, axis));
      const shape = order.map((axis) => shapeOf(x)[axis] ?? null);
      return emit('transpose', [x], { axes: order }, shape);
    },
    reshape(x, sizes) {
      const free = sizes.slice(1).indexOf(null) + 1;
      const shape = sizes.map((size, axis) => {
        if (size !== null) return size;
        return axis > 0 || free === 0 ? -1 : sizeOf(x, 0);
      });
      const known = sizes.map((size) => (typeof size === 'number' ? size : null));
      return emit('reshape', [x], { shape }, known);
    },
    expandDims(x, axis) {
      const to = axis < 0 ? axis + shapeOf(x).length + 1 : axis;
      return emit('unsqueeze', [x], { axis: to }, shapeOf(x).toSpliced(to, 0, 1));
    },
    squeeze: (x, axis) => emit('squeeze', [x], { axes: [at(x, axis)] }, without(x, axis)),
    concat(values, axis) {
      const along = at(values[0] ?? '', axis);
      const shape = joined(values.map(shapeOf), along);
      return emit('concat', values, { axis: along }, shape);
    },
    slice(x, axis, from, to) {
      const length = lengthOf(shapeOf(x).at(axis) ?? null, from, to);
      const shape = shapeOf(x).map((size, i) => (i === at(x, axis) ? length : size));
      return emit('slice', [x], { axis: at(x, axis), from, to, step: 1 }, shape);
    },
    select: (x, axis, index) => emit('select', [x], { axis: at(x, axis), index }, without(x, axis)),
    flip: (x, axis) => emit('flip', [x], { axes: [at(x, axis)] }, shapeOf(x)),
  };
}

function place(shape: Shape, axis: number): number {
  return axis < 0 ? axis + shape.length : axis;
}

function joined(shapes: readonly Shape[], along: number): Shape {
  const [first = []] = shapes;
  return first.map((_, axis) => {
    const sizes = shapes.map((shape) => shape[axis] ?? null);
    if (axis !== along) return sizes.find((size) => size !== null) ?? null;
    return sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  });
}

function einsumShape(equation: string, shapes: readonly Shape[]): Shape {
  const [from = '', to = ''] = equation.split('->');
  const sizes = new Map<string, number | null>();
  for (const [i, letters] of from.split(',').entries()) {
    for (const [axis, letter] of [...letters].entries()) {
      sizes.set(letter, sizes.get(letter) ?? shapes[i]?.[axis] ?? null);
    }
  }
  return [...to].map((letter) => sizes.get(letter) ?? null);
}

/** What a slice leaves of an axis. */
function lengthOf(size: number | null, from: number, to: number | null): number | null {
  if (size === null) return to !== null && from >= 0 && to >= from ? to - from : null;
  const place = (index: number) => Math.max(0, Math.min(size, index < 0 ? index + size : index));
  return Math.max(0, place(to ?? size) - place(from));
}

/** As NumPy makes two shapes one. */
export function broadcast(a: Shape, b: Shape): Shape {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [left, right] = [a, b].map((shape) => {
      const at = i - Math.max(a.length, b.length) + shape.length;
      return at < 0 ? 1 : (shape[at] ?? null);
    });
    if (left === 1) return right ?? null;
    return left ?? (right === 1 ? null : (right ?? null));
  });
}
