import type { Sourced } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import type { Verdict } from '#domain/verdict.ts';
import { logOf } from './run-log.ts';
import type { RunSeries } from './run-series.ts';
import { metricsOf } from './step-of.ts';

interface SeriesOptions {
  readonly unit?: 'step' | 'epoch';
  readonly values?: (step: number, index: number) => number;
  readonly epochs?: (step: number) => number;
  readonly times?: (step: number) => number;
}

/** A metric with a point at each of some steps. */
export function series(
  tag: string,
  steps: readonly number[],
  { unit = 'step', values = (step) => 1 / (step + 1), epochs, times }: SeriesOptions = {},
): RunSeries {
  const column = (of?: (step: number, index: number) => number) =>
    Float64Array.from(of ? steps.map(of) : []);
  const chunk = {
    series: [
      {
        tag,
        steps: Float64Array.from(steps),
        values: column(values),
        epochs: column(epochs),
        times: column(times),
      },
    ],
    end: 0,
    defects: [],
    unit,
  };
  const [points] = logOf([{ path: 'log', chunks: [chunk] }]).series;
  if (!points) throw new RangeError('a series has points');
  return { ...points, tag, aliases: [], sources: ['log'], unit };
}

/** `from, from + 1, … to` */
export function count(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

interface CheckpointOptions {
  readonly step?: number;
  readonly epoch?: number;
  readonly verdict?: Verdict;
}

/** The row of a checkpoint. */
export function checkpoint(
  path: string,
  { step, epoch, verdict = 'unverified' }: CheckpointOptions = {},
): CheckpointSummary {
  const sourced = (value: number | undefined, where: string): Sourced<number> | null =>
    value === undefined ? null : { value, from: 'metadata', where };
  return {
    ref: { path, main: path, files: [path] },
    run: 'run',
    file: { path, size: 1, modified: 1 },
    format: 'pytorch',
    title: 'PyTorch',
    framework: 'pytorch',
    step: sourced(step, 'step'),
    epoch: sourced(epoch, 'epoch'),
    metrics: metricsOf(path),
    judgement: { verdict, defects: [], verifiable: false },
    readiness: null,
    size: 1,
    tensors: 1,
    parameters: 1,
  };
}
