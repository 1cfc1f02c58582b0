import type { HistoryChunk } from '#domain/history.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import { readLines } from '#formats/log-lines/lines.ts';
import { SeriesColumns } from '#formats/log-lines/series-columns.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { parseLine, RESULT, type TextRow } from './parse-line.ts';

/**
 * The numbers in a text log, at the steps or epochs that its lines say. Other lines are no defects: a text
 * log is full of them.
 */
export async function* read(
  source: ByteSource,
  { signal }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  let log: TextRows | null = null;
  for await (const { lines, end } of readLines(source, { signal })) {
    // A line that is still being written may hold half a number.
    const rows = lines.filter(({ isLast }) => !isLast).map(({ text }) => parseLine(text));
    log ??= new TextRows(rows);
    for (const row of rows) log.add(row);
    yield log.take(end);
  }
}

class TextRows {
  readonly #columns = new SeriesColumns();
  readonly #unit: 'step' | 'epoch';
  /** Steps begin anew in each epoch, and go up to this. */
  readonly #stepsPerEpoch: number | null;
  readonly #firstEpoch: number;
  #step = Number.NaN;
  #epoch = Number.NaN;

  /** @param rows by which it is told what the lines of the file count */
  constructor(rows: readonly TextRow[]) {
    const counted = rows.filter(({ values }) => values.length > 0);
    const bySteps = counted.filter(({ step }) => step !== null);
    const restarts = restart(bySteps);
    const totals = new Set(bySteps.map(({ step }) => step?.total ?? null));
    const [total = null] = totals;
    this.#stepsPerEpoch = restarts && totals.size === 1 ? total : null;
    const isCounted = bySteps.length > 0 && (!restarts || this.#stepsPerEpoch !== null);
    const byEpochs = rows.filter(({ epoch }) => epoch !== null);
    this.#unit = isCounted || byEpochs.length === 0 ? 'step' : 'epoch';
    this.#firstEpoch = byEpochs[0]?.epoch?.value ?? 0;
  }

  add({ step, epoch, time, values }: TextRow): void {
    if (epoch) this.#epoch = epoch.value;
    if (step) this.#step = this.#overAll(step.value);
    const at = this.#unit === 'epoch' ? this.#epoch : this.#step;
    if (!Number.isFinite(at)) return;
    const isCounted = step !== null || epoch !== null;
    if (!isCounted && !values.some(([tag]) => RESULT.test(tag))) return;
    for (const [tag, value] of values) {
      this.#columns.add(tag, value, { step: at, epoch: this.#epoch, time });
    }
  }

  /** The steps of all epochs so far. */
  #overAll(step: number): number {
    if (this.#stepsPerEpoch === null || !Number.isFinite(this.#epoch)) return step;
    return (this.#epoch - this.#firstEpoch) * this.#stepsPerEpoch + step;
  }

  take(end: number): HistoryChunk {
    return { series: this.#columns.take(), end, defects: [], unit: this.#unit };
  }
}

/** Whether the step goes back each time the epoch goes on. */
function restart(rows: readonly TextRow[]): boolean {
  let [restarts, epochs] = [0, 0];
  for (let i = 1; i < rows.length; i++) {
    const [before, row] = [rows[i - 1], rows[i]];
    if (!before?.epoch || !before.step || !row?.epoch || !row.step) continue;
    if (row.epoch.value <= before.epoch.value) continue;
    epochs++;
    if (row.step.value <= before.step.value) restarts++;
  }
  return epochs > 0 && restarts === epochs;
}
