import { elementCount } from '#domain/tensor.ts';

/** A block of a tensor, by its first corner. */
export interface Block {
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
}

/** Pairs of blocks compared: those of thousands of processes are sorted apart before. */
const MAX_PAIRS = 1_000_000;

/** Why blocks do not make up a tensor, each of its elements once; `undefined` when they do. */
export function findGap(shape: readonly number[], blocks: readonly Block[]): string | undefined {
  const outside = blocks.find(({ offsets, sizes }) => !isInside(shape, { offsets, sizes }));
  if (outside) return `a piece at (${outside.offsets.join(', ')}) lies outside of it`;
  const wanted = elementCount(shape);
  const there = blocks.reduce((sum, { sizes }) => sum + elementCount(sizes), 0);
  if (there < wanted) return `its pieces have ${there} of ${wanted} elements`;
  if (there > wanted || overlap(shape, blocks)) return 'its pieces overlap';
  return undefined;
}

function isInside(shape: readonly number[], { offsets, sizes }: Block): boolean {
  if (offsets.length !== shape.length || sizes.length !== shape.length) return false;
  return shape.every((size, axis) => (offsets[axis] ?? 0) + (sizes[axis] ?? 0) <= size);
}

function overlap(shape: readonly number[], blocks: readonly Block[]): boolean {
  const full = blocks.filter(({ sizes }) => !sizes.includes(0));
  let pairs = 0;
  for (const [block, other] of candidates(shape, full)) {
    if (meet(block, other)) return true;
    if (++pairs > MAX_PAIRS) return false;
  }
  return false;
}

/** Pairs of blocks that may overlap: neighbours along the axis along which most of them lie apart. */
function* candidates(
  shape: readonly number[],
  blocks: readonly Block[],
): Generator<readonly [Block, Block]> {
  const places = shape.map((_, axis) => new Set(blocks.map(({ offsets }) => offsets[axis])).size);
  const axis = Math.max(0, places.indexOf(Math.max(...places)));
  const startOf = ({ offsets }: Block) => offsets[axis] ?? 0;
  const sorted = blocks.toSorted((a, b) => startOf(a) - startOf(b));
  for (const [index, block] of sorted.entries()) {
    const end = startOf(block) + (block.sizes[axis] ?? 1);
    for (let next = index + 1; next < sorted.length; next++) {
      const other = sorted[next];
      if (!other || startOf(other) >= end) break;
      yield [block, other];
    }
  }
}

function meet(a: Block, b: Block): boolean {
  return a.offsets.every((offset, axis) => {
    const other = b.offsets[axis] ?? 0;
    return offset < other + (b.sizes[axis] ?? 0) && other < offset + (a.sizes[axis] ?? 0);
  });
}

/** Elements of a block that lie one after another in its tensor, and where. Both in row-major order. */
export interface Run {
  /** First of them, in the block. */
  readonly from: number;
  /** First of them, in the tensor. */
  readonly to: number;
  readonly length: number;
}

/** A block by its runs, numbered: they come in the order of the tensor as well as of the block. */
export function runsOf(shape: readonly number[], { offsets, sizes }: Block) {
  // The last axes that the block has whole are one with the one before them.
  let axis = shape.length;
  let length = 1;
  while (axis > 0) {
    axis--;
    length *= sizes[axis] ?? 1;
    if (sizes[axis] !== shape[axis]) break;
  }
  const outer = sizes.slice(0, axis);
  const count = length === 0 ? 0 : elementCount(outer);
  const steps = shape.map((_, index) => elementCount(shape.slice(index + 1)));
  const start = offsets.reduce((sum, offset, index) => sum + offset * (steps[index] ?? 0), 0);
  return {
    count,
    at(index: number): Run {
      let to = start;
      let rest = index;
      for (let dimension = outer.length - 1; dimension >= 0; dimension--) {
        const size = outer[dimension] ?? 1;
        to += (rest % size) * (steps[dimension] ?? 0);
        rest = Math.floor(rest / size);
      }
      return { from: index * length, to, length };
    },
  };
}

/** The runs of a block that touch elements `[from, to)` of the tensor: `[first, last)`. */
export function runsWithin(
  runs: ReturnType<typeof runsOf>,
  from: number,
  to: number,
): { readonly first: number; readonly last: number } {
  const first = search(runs.count, (index) => {
    const run = runs.at(index);
    return run.to + run.length > from;
  });
  return { first, last: search(runs.count, (index) => runs.at(index).to >= to) };
}

/** The first index for which something holds that holds for all behind it. */
function search(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
