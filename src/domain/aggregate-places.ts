/** One run of a group, as it was logged: in any order, with `NaN` and infinities. */
export interface AggregateColumn {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A run in order of x, each place once. Values that are not finite are kept: they are gaps. */
export interface Track extends AggregateColumn {
  /** How many of its values are not finite. */
  readonly nonfinite: number;
}

/** Puts points in order; of several at one place the last logged counts, and those without a place do not. */
export function trackOf({ x, y }: AggregateColumn): Track {
  const ordered = isAscending(x) ? { x, y } : inOrder(x, y);
  let nonfinite = 0;
  for (const value of ordered.y) if (!Number.isFinite(value)) nonfinite++;
  return { ...ordered, nonfinite };
}

function isAscending(x: Float64Array): boolean {
  for (let i = 0; i < x.length; i++) {
    const place = x[i] as number;
    if (!Number.isFinite(place) || (i > 0 && place <= (x[i - 1] as number))) return false;
  }
  return true;
}

function inOrder(x: Float64Array, y: Float64Array): AggregateColumn {
  const placed = Uint32Array.from(x, (_, i) => i)
    .filter((i) => Number.isFinite(x[i]))
    .sort((a, b) => (x[a] as number) - (x[b] as number) || a - b);
  const kept = placed.filter((i, rank) => {
    const next = placed[rank + 1];
    return next === undefined || x[next] !== x[i];
  });
  return {
    x: Float64Array.from(kept, (i) => x[i] as number),
    y: Float64Array.from(kept, (i) => y[i] as number),
  };
}

/** All places of some tracks, ascending, each once. */
export interface Places {
  readonly x: Float64Array<ArrayBuffer>;
  /** There were too many: these are some of them, evenly spread. */
  readonly isSample: boolean;
}

/** @param most places that are wanted; at least 2 */
export function unionOf(columns: readonly Float64Array[], most: number): Places {
  let isSample = false;
  // By twos, then by twos of those: each place is passed as often as the runs can be halved.
  let level = columns.filter(({ length }) => length > 0);
  while (level.length > 1) {
    level = level.flatMap((column, i) => {
      const next = level[i + 1];
      if (i % 2 === 1) return [];
      return [next ? limited(merged(column, next)) : column];
    });
  }
  return { x: limited(level[0] ?? new Float64Array()).slice(), isSample };

  function limited(column: Float64Array): Float64Array {
    if (column.length <= most) return column;
    isSample = true;
    const last = column.length - 1;
    return Float64Array.from(
      { length: most },
      (_, i) => column[Math.round((i * last) / (most - 1))] as number,
    );
  }
}

function merged(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  let count = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    both[count++] = Math.min(left, right);
    if (left <= right) i++;
    if (right <= left) j++;
  }
  // Most often both are the same steps, and nothing is gained.
  return count === a.length ? a : both.slice(0, count);
}

/** The part of ascending places that lies in a range, with the neighbour at each side. */
export function placesIn(x: Float64Array, range: readonly [number, number] | null): Float64Array {
  if (!range) return x;
  const from = countBelow(x, range[0]);
  let to = countBelow(x, range[1]);
  while (x[to] === range[1]) to++;
  return x.subarray(Math.max(0, from - 1), Math.min(x.length, to + 1));
}

function countBelow(x: Float64Array, limit: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
