import { type PixelColumns, pixelColumns } from './pixel-columns.ts';
import type { ThinOptions } from './thin.ts';

/** Kinds of values: one that is drawn, and why others are not. */
export const FINITE = 0;
const NAN = 1;
const ABOVE = 2;
const BELOW = 3;

/** Pseudo-column of all that lies left of the plot; what lies right of it is in the column after the last. */
const LEFT = -1;

/** Takes indices as they come. */
export interface Indices {
  add(index: number): void;
}

/** Consecutive points in one pixel column whose values are of one kind; moved along a series. */
export class Stretch {
  /** -1 and the number of columns stand for all that lies outside, whatever its values. */
  column = Number.NaN;
  first = 0;
  last = 0;
  kind = FINITE;
  #least = 0;
  #greatest = 0;
  /** The point after `last`. */
  #next = 0;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #from: number;
  readonly #to: number;
  readonly #columns: PixelColumns;
  /** What a value must be above to be drawn. */
  readonly #floor: number;

  constructor(x: Float64Array, y: Float64Array, options: ThinOptions) {
    this.#x = x;
    this.#y = y;
    [this.#from, this.#to] = options.range;
    this.#columns = pixelColumns(options);
    this.#floor = options.logY ? 0 : Number.NEGATIVE_INFINITY;
  }

  get isOutside(): boolean {
    return this.column === LEFT || this.column === this.#columns.count;
  }

  /** Goes to the stretch that follows; `false` at the end of the series. */
  next(): boolean {
    const x = this.#x;
    const { of, places } = this.#columns;
    let first = this.#next;
    while (first < x.length && !places(x[first] as number)) first++;
    if (first >= x.length) return false;
    this.first = first;
    this.column = of(x[first] as number);
    this.kind = this.#kindOf(this.#y[first] as number);
    if (this.isOutside) this.#passOutside();
    else if (this.kind === FINITE) this.#passFinite();
    else this.#passBroken();
    this.last = this.#next - 1;
    while (!places(x[this.last] as number)) this.last--;
    return true;
  }

  /** What a drawing needs of it, ascending; the same point may come twice. */
  points(): readonly number[] {
    if (this.kind !== FINITE) return [this.first, this.last];
    const low = Math.min(this.#least, this.#greatest);
    const high = Math.max(this.#least, this.#greatest);
    return [this.first, low, high, this.last];
  }

  /** The same, given one by one. */
  eachPoint(give: Indices): void {
    give.add(this.first);
    if (this.kind === FINITE) {
      give.add(Math.min(this.#least, this.#greatest));
      give.add(Math.max(this.#least, this.#greatest));
    }
    give.add(this.last);
  }

  /** Nearly every point of a long series is passed here. */
  #passFinite(): void {
    const x = this.#x;
    const y = this.#y;
    const column = this.column;
    const { of } = this.#columns;
    const surelyFrom = this.#columns.surelyFrom(column);
    const surelyTo = this.#columns.surelyTo(column);
    let least = y[this.first] as number;
    let greatest = least;
    let leastAt = this.first;
    let greatestAt = this.first;
    let i = this.first + 1;
    for (; i < x.length; i++) {
      const place = x[i] as number;
      const isInside = place > surelyFrom && place < surelyTo;
      if (!isInside && of(place) !== column) break;
      const value = y[i] as number;
      if (value >= least && value <= greatest) continue;
      if (!this.#isDrawable(value)) break;
      if (value < least) {
        least = value;
        leastAt = i;
      } else {
        greatest = value;
        greatestAt = i;
      }
    }
    this.#least = leastAt;
    this.#greatest = greatestAt;
    this.#next = i;
  }

  #passBroken(): void {
    const { of } = this.#columns;
    let i = this.first + 1;
    for (; i < this.#x.length; i++) {
      if (of(this.#x[i] as number) !== this.column) break;
      if (this.#kindOf(this.#y[i] as number) !== this.kind) break;
    }
    this.#next = i;
  }

  #passOutside(): void {
    const x = this.#x;
    const from = this.#from;
    const to = this.#to;
    let i = this.first + 1;
    if (this.column === LEFT) while (i < x.length && !((x[i] as number) >= from)) i++;
    else while (i < x.length && !((x[i] as number) <= to)) i++;
    this.#next = i;
  }

  #isDrawable(value: number): boolean {
    return value > this.#floor && value < Number.POSITIVE_INFINITY;
  }

  #kindOf(value: number): number {
    if (Number.isNaN(value)) return NAN;
    if (value === Number.POSITIVE_INFINITY) return ABOVE;
    return value > this.#floor ? FINITE : BELOW;
  }
}
