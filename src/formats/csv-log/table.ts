import type { Series } from '#domain/history.ts';
import type { Defect } from '#domain/problem.ts';
import { parseCell, parseDate } from './cell.ts';
import type { Header } from './header.ts';

/** Times from here on are dates (1973 in seconds); below, seconds since the start of the run. */
const FIRST_DATE = 1e8;

/** A tag of the table and what its column held since the last `take`. */
interface Column {
  readonly tag: string;
  /** Index among `rows` of each value. */
  readonly rows: number[];
  readonly values: number[];
  /** Offset of the first cell that held text, and how many did; text alone makes no metric. */
  firstText: number;
  texts: number;
}

/** What the time column counts; `unknown` before it held any. */
type Clock = 'unknown' | 'none' | 'elapsed' | { readonly unit: number };

/** Rows of a table, sorted into a series for each column of numbers when they are taken. */
export class Table {
  #header: Header;
  #columns: (Column | null)[] = [];
  readonly #byTag = new Map<string, Column>();
  readonly #timeTags = new Set<string>();
  readonly #path: string;
  #steps: number[] = [];
  #epochs: number[] = [];
  #times: number[] = [];
  #clock: Clock = 'unknown';
  #faults = new Map<string, { count: number; readonly offset: number }>();

  constructor(header: Header, path: string) {
    this.#path = path;
    this.#header = header;
    this.setHeader(header);
  }

  get unit(): 'step' | 'epoch' {
    return this.#header.step >= 0 ? 'step' : 'epoch';
  }

  get header(): Header {
    return this.#header;
  }

  /** What the cells of the rows that follow mean: a log may be appended to under another header. */
  setHeader(header: Header): void {
    this.#header = header;
    this.#timeTags.add(header.names[header.time] ?? '');
    const seen = new Map<string, number>();
    const counter = header.step >= 0 ? header.step : header.epoch;
    this.#columns = header.names.map((name, index) => {
      if (name === '' || index === counter) return null;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return this.#column(count > 1 ? `${name} (${count})` : name);
    });
  }

  #column(tag: string): Column {
    const known = this.#byTag.get(tag);
    if (known) return known;
    const column: Column = { tag, rows: [], values: [], firstText: 0, texts: 0 };
    this.#byTag.set(tag, column);
    return column;
  }

  /**
   * Adds a row, `offset` bytes into the file; empty cells are no points. `false`, with nothing added, when
   * it says no step or epoch.
   */
  add(cells: readonly string[], offset: number): boolean {
    const { names, step, epoch, time, separator } = this.#header;
    const comma = separator === ';';
    const counter = numberIn(cells[step >= 0 ? step : epoch], comma);
    if (!Number.isFinite(counter)) return false;
    if (
      cells.length > names.length &&
      cells.slice(names.length).some((cell) => cell.trim() !== '')
    ) {
      this.fault('a row has more cells than there are columns', offset);
    }
    const row = this.#steps.push(counter) - 1;
    this.#epochs.push(epoch >= 0 ? numberIn(cells[epoch], comma) : Number.NaN);
    this.#times.push(time >= 0 ? timeIn(cells[time], comma) : Number.NaN);
    this.#addValues(cells, row, offset);
    return true;
  }

  #addValues(cells: readonly string[], row: number, offset: number): void {
    const comma = this.#header.separator === ';';
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i];
      if (!column) continue;
      const value = parseCell(cells[i] ?? '', comma);
      if (value === undefined) continue;
      if (value !== null) {
        column.rows.push(row);
        column.values.push(value);
      } else if (column.texts++ === 0) column.firstText = offset;
    }
  }

  /** Notes what is wrong with a row; the same fault is told once, with how often it came. */
  fault(what: string, offset: number): void {
    const known = this.#faults.get(what);
    if (known) known.count++;
    else this.#faults.set(what, { count: 1, offset });
  }

  /** The series and the faults of all rows since the last call. */
  take(): { readonly series: Series[]; readonly defects: Defect[] } {
    if (this.#clock === 'unknown') this.#clock = clockOf(this.#times);
    const isDate = typeof this.#clock === 'object';
    const hasEpochs = this.#epochs.some(Number.isFinite);
    const series: Series[] = [];
    for (const column of this.#byTag.values()) {
      const { tag, rows, values, texts, firstText } = column;
      if (texts > 0 && values.length > 0) this.fault(`text in the column of ${tag}`, firstText);
      // A date is no metric; the time since the start is one that people draw.
      const isClock = isDate && this.#timeTags.has(tag);
      if (rows.length > 0 && !isClock) series.push(this.#seriesOf(column, hasEpochs));
      values.length = 0;
      rows.length = 0;
      column.texts = 0;
    }
    const defects = [...this.#faults].map(([what, { count, offset }]) => ({
      problem: { kind: 'malformed' as const, what: count > 1 ? `${what} (${count} times)` : what },
      place: { path: this.#path, offset },
    }));
    this.#steps = [];
    this.#epochs = [];
    this.#times = [];
    this.#faults = new Map();
    return { series, defects };
  }

  #seriesOf({ tag, rows, values }: Column, hasEpochs: boolean): Series {
    const unit = typeof this.#clock === 'object' ? this.#clock.unit : 1;
    const hasTimes = this.#clock !== 'none' && this.#clock !== 'unknown';
    return {
      tag,
      steps: pick(this.#steps, rows, 1),
      values: new Float64Array(values),
      epochs: hasEpochs ? pick(this.#epochs, rows, 1) : new Float64Array(),
      times: hasTimes ? pick(this.#times, rows, unit) : new Float64Array(),
    };
  }
}

/** A column at some rows, in the unit that `divide` of its own make up. */
function pick(
  column: readonly number[],
  rows: readonly number[],
  divide: number,
): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = (column[rows[i] as number] as number) / divide;
  return picked;
}

function numberIn(cell: string | undefined, comma: boolean): number {
  return parseCell(cell ?? '', comma) ?? Number.NaN;
}

function timeIn(cell: string | undefined, comma: boolean): number {
  const value = parseCell(cell ?? '', comma);
  return value === null ? parseDate(cell ?? '') : (value ?? Number.NaN);
}

/** Dates are told by their size, in seconds, milli-, micro- or nanoseconds; a clock never goes back. */
function clockOf(times: readonly number[]): Clock {
  const known = times.filter(Number.isFinite);
  const [first] = known;
  if (first === undefined) return 'unknown';
  if (first >= FIRST_DATE) {
    const unit = [1e9, 1e6, 1e3].find((unit) => first / unit >= FIRST_DATE) ?? 1;
    return { unit };
  }
  return known.every((time, i) => i === 0 || time >= (known[i - 1] as number)) ? 'elapsed' : 'none';
}
