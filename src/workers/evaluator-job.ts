import type { DatasetSummary } from '#domain/dataset.ts';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Task } from '#domain/scores.ts';
import type { Device } from '#models/backend.ts';
import type { Reader } from './api.ts';
import type { DataFit } from './evaluator-data.ts';
import type { BatchPlan } from './evaluator-plan.ts';
import type { Report } from './evaluator-report.ts';
import type { Truth } from './evaluator-truth.ts';

/** What is settled once it is clear that the data fit the graph. */
export interface Setup {
  readonly reader: Reader;
  readonly wanted: EvaluationPlan;
  readonly task: Task;
  readonly graph: Graph;
  readonly dataset: DatasetSummary;
  readonly fit: DataFit;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** Everything that is settled before the first number is computed; the device may change on the way. */
export interface Job extends Setup, BatchPlan {
  readonly device: Device;
  readonly truth: Truth;
}

/** Weights and what is kept of outputs at once, in bytes; one checkpoint may exceed it. */
export const RESIDENT = 512_000_000;

export function defectOf(error: unknown): Defect | null {
  if (!(error instanceof CheckpointError)) return null;
  return { problem: error.problem, place: error.place };
}
