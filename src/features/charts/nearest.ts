/** Finds the point of a line that is nearest to a place on the x axis. */
export interface PointFinder {
  /** Index of the point nearest to `x`, of several at one place the last logged; -1: no points. */
  readonly nearest: (x: number) => number;
  /** The nearest place beyond `x`, to the right (`1`) or to the left (`-1`); `null` at the end. */
  readonly next: (x: number, direction: 1 | -1) => number | null;
}

/** @param column places on the x axis, in the order in which they were logged: they may go back */
export function pointFinder(column: Float64Array): PointFinder {
  // Lines come and go while a person zooms, and few of them are pointed at.
  let order: Uint32Array | null = null;
  let count = -1;
  const sort = () => {
    if (count >= 0) return;
    order = sortedOrder(column);
    count = order?.length ?? column.length;
  };
  const indexAt = (rank: number) => (order ? (order[rank] as number) : rank);
  const at = (rank: number) => column[indexAt(rank)] as number;

  /** How many points are at most `x`, or, strictly, less than it. */
  function rankOf(x: number, isStrict: boolean): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isStrict ? at(middle) < x : at(middle) <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    nearest(x) {
      sort();
      if (count === 0) return -1;
      const after = rankOf(x, false);
      if (after === 0) return indexAt(rankOf(at(0), false) - 1);
      if (after === count) return indexAt(count - 1);
      const isCloser = at(after) - x < x - at(after - 1);
      return indexAt(isCloser ? rankOf(at(after), false) - 1 : after - 1);
    },
    next(x, direction) {
      sort();
      const rank = direction === 1 ? rankOf(x, false) : rankOf(x, true) - 1;
      return rank < 0 || rank >= count ? null : at(rank);
    },
  };
}

/** Indices by place; `null` when they are in order already. Points without a place are left out. */
function sortedOrder(column: Float64Array): Uint32Array | null {
  let isSorted = true;
  for (let i = 0; i < column.length && isSorted; i++) {
    isSorted =
      i === 0 ? !Number.isNaN(column[0]) : (column[i - 1] as number) <= (column[i] as number);
  }
  if (isSorted) return null;
  const placed = Uint32Array.from(column, (_, i) => i).filter((i) => !Number.isNaN(column[i]));
  return placed.sort((a, b) => (column[a] as number) - (column[b] as number) || a - b);
}
