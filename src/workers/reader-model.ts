import type { Defect } from '#domain/problem.ts';
import { type ProcessClock, processClock } from '#domain/process-clock.ts';
import type { PointerClaim, Run } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { checkpointSeries } from '#runs/checkpoint-series.ts';
import { createClock, type EpochClock } from '#runs/clock.ts';
import type { Configuration } from '#runs/configuration.ts';
import { nameMetrics } from '#runs/name-metrics.ts';
import { type RunSeries, runSeries } from '#runs/run-series.ts';
import type { ReadFiles } from './reader-histories.ts';

/** All that was read of a run, joined. */
export interface RunModel {
  readonly run: Run;
  readonly checkpoints: readonly CheckpointSummary[];
  /** From its logs; where it has none, from its checkpoints. */
  readonly series: readonly RunSeries[];
  readonly origin: 'log' | 'checkpoint';
  readonly clock: EpochClock;
  /** Made when it is first asked for. */
  readonly process: () => ProcessClock | null;
  readonly claims: readonly PointerClaim[];
  readonly configuration: Configuration;
  readonly defects: readonly Defect[];
}

export interface ModelParts {
  readonly run: Run;
  readonly logs: readonly ReadFiles[];
  readonly checkpoints: readonly CheckpointSummary[];
  readonly claims: readonly PointerClaim[];
  readonly configuration: Configuration;
  readonly defects: readonly Defect[];
}

export function createModel(parts: ModelParts): RunModel {
  const { run, logs, checkpoints, claims, configuration, defects } = parts;
  const logged = runSeries(
    run.path,
    logs.flatMap((read) => read.logs),
  );
  const hasLog = logged.length > 0;
  const series = hasLog ? logged : checkpointSeries(checkpoints);
  const clock = createClock(series, checkpoints);
  return {
    run,
    checkpoints: hasLog ? nameMetrics(checkpoints, series, clock) : checkpoints,
    series,
    origin: hasLog ? 'log' : 'checkpoint',
    clock,
    process: once(() => processClock(series.map(({ all }) => all.times))),
    claims,
    configuration,
    defects: [...logs.flatMap((read) => read.defects), ...defects],
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
