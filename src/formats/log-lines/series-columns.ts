import type { Series } from '#domain/history.ts';

/** Columns become series; a log of 12 000 metrics is known. */
const MAX_TAGS = 100_000;

/** Where a point stands; `NaN` where the log does not say. */
export interface Position {
  readonly step: number;
  readonly epoch: number;
  /** Seconds since 1970, or since the start. */
  readonly time: number;
}

interface Column {
  readonly steps: number[];
  readonly values: number[];
  readonly epochs: number[];
  readonly times: number[];
}

/** Points in the order of a log, sorted into a series per tag. */
export class SeriesColumns {
  readonly #columns = new Map<string, Column>();

  /** `false`, with nothing added, when there are too many tags already. */
  add(tag: string, value: number, { step, epoch, time }: Position): boolean {
    let column = this.#columns.get(tag);
    if (!column) {
      if (this.#columns.size >= MAX_TAGS) return false;
      column = { steps: [], values: [], epochs: [], times: [] };
      this.#columns.set(tag, column);
    }
    column.steps.push(step);
    column.values.push(value);
    column.epochs.push(epoch);
    column.times.push(time);
    return true;
  }

  /** All points since the last call, tags in the order in which they first came. */
  take(): Series[] {
    const series: Series[] = [];
    for (const [tag, { steps, values, epochs, times }] of this.#columns) {
      if (values.length === 0) continue;
      series.push({
        tag,
        steps: Float64Array.from(steps),
        values: Float64Array.from(values),
        epochs: known(epochs),
        times: known(times),
      });
      for (const column of [steps, values, epochs, times]) column.length = 0;
    }
    return series;
  }
}

function known(column: readonly number[]): Float64Array<ArrayBuffer> {
  return column.every(Number.isNaN) ? new Float64Array() : Float64Array.from(column);
}
