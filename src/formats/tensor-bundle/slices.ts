/** A box of a tensor: where it starts and how long it is, per axis, in elements. */
export interface Box {
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/** Axes along which a tensor may be cut; each doubles the corners to compare. */
const MAX_CUT_AXES = 12;

/**
 * Whether `boxes` cover a tensor of this shape with neither hole nor overlap.
 *
 * The corners of a box, counted +1 and −1 in turn, say where its inside begins and ends; so boxes fill another
 * box exactly when their corners add up to its corners.
 */
export function fillExactly(boxes: readonly Box[], shape: readonly number[]): boolean {
  const inside = boxes.every(({ starts, lengths }) =>
    shape.every((size, axis) => (starts[axis] ?? 0) + (lengths[axis] ?? 0) <= size),
  );
  const axes = shape
    .map((_, axis) => axis)
    .filter((axis) =>
      boxes.some(({ starts, lengths }) => starts[axis] !== 0 || lengths[axis] !== shape[axis]),
    );
  if (!inside || axes.length > MAX_CUT_AXES) return false;
  const corners = new Map<string, number>();
  for (const box of boxes) countCorners(box, axes, 1, corners);
  countCorners({ starts: shape.map(() => 0), lengths: shape }, axes, -1, corners);
  return [...corners.values()].every((count) => count === 0);
}

function countCorners(
  { starts, lengths }: Box,
  axes: readonly number[],
  sign: number,
  corners: Map<string, number>,
): void {
  for (let corner = 0; corner < 2 ** axes.length; corner++) {
    let odd = sign;
    const at = axes.map((axis, bit) => {
      const end = (corner >> bit) & 1;
      if (end) odd = -odd;
      return (starts[axis] ?? 0) + end * (lengths[axis] ?? 0);
    });
    const key = at.join();
    corners.set(key, (corners.get(key) ?? 0) + odd);
  }
}

/** Elements that lie together in a box and in its tensor. */
export interface Run {
  /** Elements from the start of the tensor. */
  readonly at: number;
  /** Elements from the start of the box. */
  readonly source: number;
  readonly length: number;
}

/** The elements of a box that are among `[from, to)` of its tensor, row-major, in ascending order. */
export function* runsOf(
  { starts, lengths }: Box,
  shape: readonly number[],
  from: number,
  to: number,
): Generator<Run> {
  const strides = stridesOf(shape);
  let cut = shape.length - 1;
  while (cut > 0 && lengths[cut] === shape[cut]) cut--;
  const length = (lengths[cut] ?? 1) * (strides[cut] ?? 1);
  const outer = lengths.slice(0, Math.max(cut, 0));
  const outerStrides = stridesOf(outer);
  const total = outer.reduce((product, size) => product * size, length > 0 ? 1 : 0);
  const base = starts.reduce((sum, start, axis) => sum + start * (strides[axis] ?? 0), 0);
  const placeOf = (run: number) =>
    outer.reduce((sum, size, axis) => {
      const index = Math.floor(run / (outerStrides[axis] ?? 1)) % size;
      return sum + index * (strides[axis] ?? 0);
    }, base);

  for (let run = firstWhere(total, (i) => placeOf(i) + length > from); run < total; run++) {
    const place = placeOf(run);
    if (place >= to) return;
    const at = Math.max(place, from);
    const source = run * length + at - place;
    yield { at, source, length: Math.min(place + length, to) - at };
  }
}

function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/** The smallest of `[0, count)` for which `test` holds, where it holds from some number on. */
function firstWhere(count: number, test: (i: number) => boolean): number {
  let low = 0;
  for (let high = count; low < high; ) {
    const middle = Math.floor((low + high) / 2);
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
