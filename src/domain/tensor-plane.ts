import { elementCount } from './tensor.ts';

/**
 * Elements of a tensor in rows and columns: that of row r and column c is number
 * `start + r · rowStride + c · columnStride`, counted row-major.
 */
export interface Plane {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** How a tensor is laid out for the eye: two of its axes, and where it is cut along the others. */
export interface Cut {
  /** The axis that goes down. */
  readonly rows: number;
  /** The axis that goes across. */
  readonly columns: number;
  /** An index along every axis; those of `rows` and `columns` do not count. */
  readonly at: readonly number[];
}

/** A vector is wrapped into rows of this many, so that an index is read off like a number. */
export const WRAP = 10;

/** The last two axes, cut at the first index of the others. */
export function usualCut(shape: readonly number[]): Cut {
  const columns = Math.max(0, shape.length - 1);
  return { rows: Math.max(0, columns - 1), columns, at: shape.map(() => 0) };
}

/** The whole plane of a cut. Scalars have one cell; vectors are wrapped, their last row may be short. */
export function planeOf(shape: readonly number[], { rows, columns, at }: Cut): Plane {
  const [length = 1] = shape;
  if (shape.length < 2) {
    const across = Math.max(1, Math.min(WRAP, length));
    const down = Math.ceil(length / across);
    return { start: 0, rows: down, columns: across, rowStride: across, columnStride: 1 };
  }
  const strides = stridesOf(shape);
  const start = at.reduce(
    (sum, index, axis) =>
      axis === rows || axis === columns ? sum : sum + index * (strides[axis] ?? 0),
    0,
  );
  return {
    start,
    rows: shape[rows] ?? 0,
    columns: shape[columns] ?? 0,
    rowStride: strides[rows] ?? 0,
    columnStride: strides[columns] ?? 0,
  };
}

/** A part of a plane: rows `[from, to)` and columns `[from, to)`, no further than it goes. */
export function partOf(
  plane: Plane,
  [top, bottom]: readonly [number, number],
  [left, right]: readonly [number, number],
): Plane {
  return {
    ...plane,
    start: plane.start + top * plane.rowStride + left * plane.columnStride,
    rows: Math.max(0, Math.min(bottom, plane.rows) - top),
    columns: Math.max(0, Math.min(right, plane.columns) - left),
  };
}

/** Number of the element in a row and column. */
export function elementAt(plane: Plane, row: number, column: number): number {
  return plane.start + row * plane.rowStride + column * plane.columnStride;
}

/** Index along every axis of an element by its number. */
export function indexOf(shape: readonly number[], element: number): readonly number[] {
  return stridesOf(shape).map((stride, axis) => Math.floor(element / stride) % (shape[axis] ?? 1));
}

function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}
