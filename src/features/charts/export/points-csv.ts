import { csvLine, numberCell, textCell } from '#ui/csv.ts';

/** All points of one metric of one run, as they were logged; `epochs` and `times` may be all `NaN`. */
export interface Points {
  readonly steps: Float64Array;
  readonly epochs: Float64Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export const POINTS_HEAD = csvLine(['run', 'metric', 'step', 'epoch', 'time', 'value']);

/** Lines that are made at a time, so that the page stays alive. */
const PIECE = 20_000;

/**
 * A line per point: run, metric, step, epoch, time (seconds, as logged), value. Epoch and time are empty
 * where the log does not say; a value that is none is `NaN`, `inf` or `-inf`.
 */
export function* pointLines(run: string, tag: string, points: Points): Generator<string> {
  const { steps, epochs, times, values } = points;
  const names = [textCell(run), textCell(tag)];
  let lines: string[] = [];
  for (let i = 0; i < values.length; i++) {
    const at = [steps[i], epochs[i], times[i]].map((value) =>
      value === undefined || Number.isNaN(value) ? '' : numberCell(value),
    );
    lines.push(csvLine([...names, ...at, numberCell(values[i] ?? Number.NaN)]));
    if (lines.length < PIECE) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}
