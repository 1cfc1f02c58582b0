import type { ColumnsOptions } from './pixel-columns.ts';
import { FINITE, Stretch } from './thin-stretch.ts';

export interface ThinOptions extends ColumnsOptions {
  /** On a logarithmic y axis, values that are not above zero cannot be drawn: they break the line. */
  readonly logY?: boolean;
}

/** The points that are left, in their order. */
export interface Thinned {
  readonly x: Float64Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
  /** Where each stood among all points. */
  readonly index: Uint32Array<ArrayBuffer>;
}

/**
 * Where the line breaks more often within one visit to a column, no eye tells the breaks apart: what
 * follows keeps its least and greatest value only. A metric that is `NaN` on every other step would
 * else not be thinned at all.
 */
const MAX_STRETCHES = 32;

/**
 * The points of a curve that its drawing needs: lines between them cover the same pixels as lines
 * between all (M4: first, last, least and greatest of each visit to a pixel column).
 *
 * - `x` may go back, as after a restart: a column is then visited again, and each visit thinned alone.
 * - `NaN` and infinite `y` break the line. Of each such stretch the first and last point in every column
 *   stay, in up to 32 stretches a visit.
 * - The neighbours just outside the range stay, so that lines run to the edge.
 * - A point whose `x` has no place (`NaN`, or not above zero on a logarithmic axis) is left out as if it were
 *   not there.
 *
 * @param x `[n]`, in the order in which the points were logged
 * @param y `[n]`
 * @see https://www.vldb.org/pvldb/vol7/p797-jugel.pdf
 */
export function thin(x: Float64Array, y: Float64Array, options: ThinOptions): Thinned {
  const stretch = new Stretch(x, y, options);
  const kept = new Kept();
  let visit: Visit | undefined;
  while (stretch.next()) {
    if (visit?.column !== stretch.column) {
      visit?.leave(kept, true);
      visit = stretch.isOutside
        ? new VisitOutside(stretch.column)
        : new VisitInside(stretch.column, y);
    }
    visit.add(stretch, kept);
  }
  visit?.leave(kept, false);
  const index = kept.take();
  return {
    x: pick(x, index),
    y: pick(y, index),
    index,
  };
}

/** Of a column, the elements at some indices. */
export function pick(column: Float64Array, index: Uint32Array): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(index.length);
  for (let i = 0; i < index.length; i++) picked[i] = column[index[i] as number] as number;
  return picked;
}

/** Consecutive points in one column, or in none on the same side. */
interface Visit {
  readonly column: number;
  add(stretch: Stretch, kept: Kept): void;
  /** @param goesOn whether more points follow elsewhere */
  leave(kept: Kept, goesOn: boolean): void;
}

/** Only where the line leaves the plot and where it comes back matters. */
class VisitOutside implements Visit {
  readonly column: number;
  #last = 0;

  constructor(column: number) {
    this.column = column;
  }

  add(stretch: Stretch, kept: Kept): void {
    if (kept.count > 0) kept.add(stretch.first);
    this.#last = stretch.last;
  }

  leave(kept: Kept, goesOn: boolean): void {
    if (goesOn) kept.add(this.#last);
  }
}

class VisitInside implements Visit {
  readonly column: number;
  readonly #y: Float64Array;
  #stretches = 0;
  /** Points of the last stretch, when it is past those that are kept as they come, and their kind. */
  #held: readonly number[] = [];
  #heldKind = 0;
  #least = -1;
  #greatest = -1;
  /** The last point that broke the line, by the kind of its value. */
  #breaks: Map<number, number> | null = null;

  constructor(column: number, y: Float64Array) {
    this.column = column;
    this.#y = y;
  }

  add(stretch: Stretch, kept: Kept): void {
    if (++this.#stretches <= MAX_STRETCHES) {
      stretch.eachPoint(kept);
      return;
    }
    for (const i of this.#held) this.#fold(i);
    this.#held = stretch.points();
    this.#heldKind = stretch.kind;
  }

  leave(kept: Kept): void {
    // Nearly always, all is kept already.
    if (this.#stretches <= MAX_STRETCHES) return;
    const breaks = this.#breaks?.values() ?? [];
    const folded = [this.#least, this.#greatest, ...breaks].filter((i) => i >= 0);
    for (const i of folded.sort((a, b) => a - b)) kept.add(i);
    for (const i of this.#held) kept.add(i);
  }

  #fold(i: number): void {
    const value = this.#y[i] as number;
    if (this.#heldKind !== FINITE) {
      this.#breaks ??= new Map();
      this.#breaks.set(this.#heldKind, i);
    } else if (this.#least < 0) this.#least = this.#greatest = i;
    else if (value < (this.#y[this.#least] as number)) this.#least = i;
    else if (value > (this.#y[this.#greatest] as number)) this.#greatest = i;
  }
}

/** Indices, ascending, each once. */
class Kept {
  count = 0;
  #indices = new Uint32Array(1024);

  add(i: number): void {
    if (this.count > 0 && i <= (this.#indices[this.count - 1] as number)) return;
    if (this.count === this.#indices.length) {
      const longer = new Uint32Array(this.count * 2);
      longer.set(this.#indices);
      this.#indices = longer;
    }
    this.#indices[this.count++] = i;
  }

  take(): Uint32Array<ArrayBuffer> {
    return this.#indices.slice(0, this.count);
  }
}
