/**
 * Percentiles of the finite values, between two of them along a straight line, as numpy's default has it.
 * `null` when there are none.
 *
 * @param values reordered in place, so give a copy
 * @param parts each from 0 to 1, ascending
 */
export function percentiles(values: Float64Array, parts: readonly number[]): number[] | null {
  const count = finiteFirst(values);
  if (count === 0) return null;
  return parts.map((part) => {
    const rank = part * (count - 1);
    const below = Math.floor(rank);
    const low = select(values, count, below);
    if (rank === below) return low;
    let high = Number.POSITIVE_INFINITY;
    for (let i = below + 1; i < count; i++) high = Math.min(high, values[i] as number);
    const share = rank - below;
    // Not by their difference, which may be past what a double holds.
    return low * (1 - share) + high * share;
  });
}

/** Brings finite values to the front; how many there are. */
function finiteFirst(values: Float64Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) values[count++] = value;
  }
  return count;
}

/**
 * The value of a rank among the first `count`, which are reordered: smaller ones before it, larger behind.
 *
 * @see https://en.wikipedia.org/wiki/Quickselect
 */
function select(values: Float64Array, count: number, rank: number): number {
  let from = 0;
  let to = count - 1;
  while (from < to) {
    const [i, j] = partition(values, from, to);
    if (rank <= j) to = j;
    else if (rank >= i) from = i;
    else break;
  }
  return values[rank] as number;
}

/** Parts `[from, to]` by one of its values: what is less ends at the second, what is more begins at the first. */
function partition(values: Float64Array, from: number, to: number): [number, number] {
  const pivot = median(
    values[from] as number,
    values[(from + to) >>> 1] as number,
    values[to] as number,
  );
  let i = from;
  let j = to;
  while (i <= j) {
    while ((values[i] as number) < pivot) i++;
    while ((values[j] as number) > pivot) j--;
    if (i > j) break;
    const value = values[i] as number;
    values[i++] = values[j] as number;
    values[j--] = value;
  }
  return [i, j];
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
