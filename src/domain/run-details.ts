import type { LoggedMedia, RunFacts, XAxis } from './history.ts';
import type { Defect } from './problem.ts';
import type { FileRef, PointerClaim } from './run.ts';
import type { RunState } from './run-state.ts';
import type { CheckpointSummary } from './summary.ts';
import type { Metadata } from './tensor.ts';

/** Everything of a run that takes reading: its rows as they come, then all of them. */
export interface RunDetails {
  readonly run: string;
  readonly done: boolean;
  readonly checkpoints: readonly CheckpointSummary[];
  readonly metrics: readonly MetricInfo[];
  readonly claims: readonly PointerClaim[];
  /** Flat: nested keys joined by `.`. */
  readonly configuration: { readonly [key: string]: Metadata };
  /** What could not be read, each with its place; the rest goes on. */
  readonly defects: readonly Defect[];
  /** Its logs, as they were when they were read. */
  readonly files?: readonly FileRef[];
  readonly state: RunState;
  /** What its trackers say of it, the first that says it. */
  readonly facts: RunFacts;
  /** What was logged that is no number. */
  readonly media: readonly LoggedMedia[];
  /** Seconds that it was logged, pauses included; `null` when no log says when. */
  readonly duration: number | null;
}

/** One metric of a run, without its points. */
export interface MetricInfo {
  readonly tag: string;
  /** What other loggers of the run call it: lines and points are found by these, too. */
  readonly aliases?: readonly string[];
  /** Files it comes from. */
  readonly sources: readonly string[];
  /** `checkpoint`: from the checkpoints themselves, where no log has it. */
  readonly origin: 'log' | 'checkpoint';
  readonly count: number;
  readonly nonfinite: number;
  readonly first: { readonly step: number; readonly value: number };
  readonly last: { readonly step: number; readonly value: number };
  readonly min: { readonly step: number; readonly value: number } | null;
  readonly max: { readonly step: number; readonly value: number } | null;
  /** Which x axes its log can give. */
  readonly axes: readonly XAxis[];
  /** At most 60 values for a sparkline, non-finite ones as `NaN`. */
  readonly spark: readonly number[];
}
