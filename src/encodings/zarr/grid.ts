/** An array in chunks that all have the same shape; those at the far ends reach past it. */
export interface Grid {
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
}

/** Chunks along each axis. */
export function gridSize({ shape, chunk }: Grid): readonly number[] {
  return shape.map((size, axis) => Math.ceil(size / (chunk[axis] ?? 1)));
}

/** Which chunks hold elements `[from, to)`, counted row-major, as first and last of each axis. */
export function chunkRange({ shape, chunk }: Grid, from: number, to: number) {
  const first: number[] = [];
  const last: number[] = [];
  let low = from;
  let high = to - 1;
  let isSame = true;
  for (const [axis, size] of shape.entries()) {
    const inner = shape.slice(axis + 1).reduce((product, one) => product * one, 1);
    const own = chunk[axis] ?? 1;
    const a: number = isSame ? Math.floor(low / inner) : 0;
    const b: number = isSame ? Math.floor(high / inner) : size - 1;
    first.push(Math.floor(a / own));
    last.push(Math.floor(b / own));
    low %= inner;
    high %= inner;
    isSame &&= a === b;
  }
  return { first, last };
}

/** Places in the grid from `first` to `last`, the last axis fastest. */
export function* placesIn(first: readonly number[], last: readonly number[]): Generator<number[]> {
  const index = [...first];
  for (;;) {
    yield [...index];
    let axis = index.length - 1;
    for (; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      if (next <= (last[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      index[axis] = first[axis] ?? 0;
    }
    if (axis < 0) return;
  }
}

/** A run of elements of a chunk: where it begins in the chunk and in the array, and its length. */
export interface Run {
  readonly inChunk: number;
  readonly inArray: number;
  readonly length: number;
}

/** What elements `[from, to)` of the array are of the chunk at `place`. */
export function runsWithin(
  grid: Grid,
  place: readonly number[],
  from: number,
  to: number,
): readonly Run[] {
  const runs: Run[] = [];
  for (const { inChunk, inArray, length } of runsOf(grid, place)) {
    const start = Math.max(from, inArray);
    const end = Math.min(to, inArray + length);
    if (start < end) {
      runs.push({ inChunk: inChunk + start - inArray, inArray: start, length: end - start });
    }
  }
  return runs;
}

/** The elements of the chunk at `place` in as few runs as they lie in, those that the array has. */
function* runsOf(grid: Grid, place: readonly number[]): Generator<Run> {
  const { shape, chunk, at } = merged(grid, place);
  const rank = shape.length;
  const extents = shape.map((size, axis) => Math.min(chunk[axis] ?? 1, size - (at[axis] ?? 0)));
  const length = extents[rank - 1] ?? 1;
  const outer = extents.slice(0, -1);
  if (extents.some((size) => size <= 0)) return;
  const zero = outer.map(() => 0);
  for (const index of placesIn(
    zero,
    outer.map((size) => size - 1),
  )) {
    let inChunk = 0;
    let inArray = 0;
    for (const [axis, size] of shape.entries()) {
      const i = index[axis] ?? 0;
      inChunk = inChunk * (chunk[axis] ?? 1) + i;
      inArray = inArray * size + (at[axis] ?? 0) + i;
    }
    yield { inChunk, inArray, length };
  }
}

/** Axes of which a chunk has all are part of the axis before. */
function merged({ shape, chunk }: Grid, place: readonly number[]) {
  const sizes: number[] = [];
  const own: number[] = [];
  const at: number[] = [];
  for (const [axis, size] of shape.entries()) {
    const length = chunk[axis] ?? 1;
    const start = (place[axis] ?? 0) * length;
    const last = sizes.length - 1;
    if (axis > 0 && length === size) {
      sizes[last] = (sizes[last] ?? 1) * size;
      own[last] = (own[last] ?? 1) * size;
      at[last] = (at[last] ?? 0) * size;
    } else {
      sizes.push(size);
      own.push(length);
      at.push(start);
    }
  }
  return { shape: sizes, chunk: own, at };
}
