import type { HistoryChunk } from '#domain/history.ts';
import type { Metadata } from '#domain/tensor.ts';
import { FaultyLines } from '#formats/log-lines/faulty-lines.ts';
import type { Line } from '#formats/log-lines/lines.ts';
import { SeriesColumns } from '#formats/log-lines/series-columns.ts';
import { hasIterAndEpoch, type Layout } from './layout.ts';
import type { JsonObject } from './parse-line.ts';
import type { Row } from './row.ts';

/** Longer text in a configuration is a document, not a setting. */
const MAX_TEXT = 1000;

/** Rows of a log, sorted into series when they are taken. */
export class RowLog {
  readonly faults: FaultyLines;
  readonly #layout: Layout;
  readonly #columns = new SeriesColumns();
  #configuration: Record<string, Metadata> | null = null;
  #step = Number.NaN;
  #epoch = Number.NaN;
  #isStarted = false;

  constructor(path: string, layout: Layout) {
    this.#layout = layout;
    this.faults = new FaultyLines(path);
  }

  add(row: Row, object: JsonObject, line: Line): void {
    if (row.configuration && !this.#isStarted) this.#configure(row.configuration);
    const hasCounter = Number.isFinite(row.step) || Number.isFinite(row.epoch);
    if (!hasCounter) {
      // What comes before the first row says how the training was started.
      if (!this.#isStarted) this.#configure(object);
      else if (row.values.length > 0) this.faults.add('no step or epoch', line);
      return;
    }
    this.#isStarted = true;
    const { step, epoch } = this.#place(row);
    const prefix = row.mode === '' ? '' : `${row.mode}/`;
    for (const [tag, value] of row.values) {
      if (this.#columns.add(prefix + tag, value, { step, epoch, time: row.time })) continue;
      this.faults.add('more metrics than are kept', line);
      return;
    }
    if (this.#layout.stepsRestart && row.stepKey !== '') {
      this.#columns.add(prefix + row.stepKey, row.step, { step, epoch, time: row.time });
    }
  }

  /** A row that lacks what the others count stands where the last of them stood. */
  #place(row: Row): { readonly step: number; readonly epoch: number } {
    const isValidation =
      this.#layout.hasIter && !hasIterAndEpoch(row) && row.step === Math.floor(this.#epoch);
    const epoch = isValidation ? row.step : row.epoch;
    if (Number.isFinite(epoch)) this.#epoch = epoch;
    if (Number.isFinite(row.step) && !isValidation) this.#step = row.step;
    const step = this.#layout.unit === 'epoch' ? this.#epoch : this.#step;
    return { step: Number.isFinite(step) ? step : 0, epoch };
  }

  #configure(values: JsonObject): void {
    const short = Object.entries(values).filter(
      ([, value]) => typeof value !== 'string' || value.length <= MAX_TEXT,
    );
    this.#configuration = { ...Object.fromEntries(short), ...this.#configuration };
  }

  take(end: number): HistoryChunk {
    const configuration = this.#configuration;
    this.#configuration = null;
    return {
      series: this.#columns.take(),
      end,
      defects: this.faults.take(),
      unit: this.#layout.unit,
      ...(configuration && { facts: { configuration } }),
    };
  }
}
