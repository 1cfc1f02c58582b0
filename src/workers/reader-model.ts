import type { LoggedMedia, LoggedText, RunFacts } from '#domain/history.ts';
import type { Defect } from '#domain/problem.ts';
import { type ProcessClock, processClock } from '#domain/process-clock.ts';
import type { FileRef, PointerClaim, Run } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { checkpointSeries } from '#runs/checkpoint-series.ts';
import { createClock, type EpochClock } from '#runs/clock.ts';
import { type Configuration, flatten } from '#runs/configuration.ts';
import { nameMetrics } from '#runs/name-metrics.ts';
import { factsOf } from '#runs/run-facts.ts';
import { mergeMedia } from '#runs/run-log.ts';
import { type RunSeries, runSeries } from '#runs/run-series.ts';
import type { Circumstances } from '#runs/run-state.ts';
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
  /** Its logs, as they were when they were read. */
  readonly files: readonly FileRef[];
  readonly facts: RunFacts;
  readonly media: readonly LoggedMedia[];
  readonly texts: readonly LoggedText[];
  /** What beside its metrics tells where it stands. */
  readonly circumstances: Circumstances;
}

export interface ModelParts {
  readonly run: Run;
  readonly logs: readonly ReadFiles[];
  readonly checkpoints: readonly CheckpointSummary[];
  readonly claims: readonly PointerClaim[];
  /** As its files say. */
  readonly configuration: Configuration;
  /** As its checkpoints say. */
  readonly hyperParameters: Configuration;
  readonly defects: readonly Defect[];
  /** Seconds since 1970. */
  readonly now: number;
}

export function createModel(parts: ModelParts): RunModel {
  const { run, logs, checkpoints, claims, configuration, defects } = parts;
  const all = logs.flatMap((read) => read.logs);
  const { facts, statusFile } = factsOf(all);
  const logged = runSeries(run.path, all);
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
    configuration: {
      ...parts.hyperParameters,
      ...flatten(facts.configuration ?? {}),
      ...configuration,
    },
    files: logs.flatMap((read) => read.files),
    facts,
    media: mergeMedia(all.flatMap(({ media }) => media)),
    texts: all.flatMap(({ texts }) => texts),
    circumstances: {
      facts,
      statusFile,
      modified: logs.reduce<number | null>((last, { modified }) => later(last, modified), null),
      hasGrown: logs.some(({ hasGrown }) => hasGrown),
      now: parts.now,
    },
    defects: [...logs.flatMap((read) => read.defects), ...defects],
  };
}

function later(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
