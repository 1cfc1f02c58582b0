import type { DatasetSummary } from '#domain/dataset.ts';
import type { EvaluationNote, EvaluationPlan } from '#domain/evaluation.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { SliceColumn } from '#domain/scores.ts';
import type { PlannedOutput } from '#models/plan.ts';

/** What all examples are compared with, checked against the outputs. */
export interface Truth {
  /**
   * Class indices `[n]`; tokens `[n, places]`, −1 where there is none; numbers `[n, width]` of `regression`,
   * 0 or 1 of `multi-label`.
   */
  readonly targets: Int32Array | Float64Array;
  /** Numbers per example in `targets`. */
  readonly each: number;
  readonly slices: readonly SliceColumn[];
  readonly notes: readonly EvaluationNote[];
}

export interface TruthRequest {
  readonly plan: EvaluationPlan;
  readonly dataset: DatasetSummary;
  readonly output: Pick<PlannedOutput, 'classes' | 'places' | 'shape'>;
  readonly signal: AbortSignal | undefined;
}

/** Numbers read at a time. */
const AT_ONCE = 65_536;

/** Bytes of targets that are held: more than any data set that is evaluated in a tab has. */
const MAX_HELD = 1_000_000_000;

/** What to ask of a data set for some of its examples: no columns yet. */
export function examplesOf({ dataset: path, window }: EvaluationPlan, from: number, to: number) {
  return { path, window, inputs: [], label: null, from, to };
}

/** Ranges of so many examples that no more than `AT_ONCE` numbers are read together. */
export function* ranges(count: number, each: number): Generator<readonly [number, number]> {
  const step = Math.max(1, Math.floor(AT_ONCE / Math.max(1, each)));
  for (let from = 0; from < count; from += step) yield [from, Math.min(count, from + step)];
}

/** @throws `too-large` */
export function checkHeld(path: string, count: number, bytes: number): void {
  const size = count * bytes;
  if (size <= MAX_HELD) return;
  const problem = { kind: 'too-large', what: 'targets', size, limit: MAX_HELD } as const;
  throw new CheckpointError(problem, { path });
}

export function unfitRow(path: string, row: number, what: string): CheckpointError {
  const reasons = [`row ${row} (counted from 0): ${what}`];
  return new CheckpointError({ kind: 'unfit', reasons }, { path });
}
