import type { EvaluationPlan } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Device } from '#models/backend.ts';
import type { Reader } from './api.ts';
import type { DataFit } from './evaluator-data.ts';
import type { BatchPlan } from './evaluator-plan.ts';
import type { Report } from './evaluator-report.ts';

/** Everything that is settled before the first number is computed. */
export interface Job extends BatchPlan {
  readonly reader: Reader;
  readonly wanted: EvaluationPlan;
  readonly graph: Graph;
  readonly fit: DataFit;
  readonly device: Device;
  /** Of all examples. */
  readonly labels: Int32Array;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** Weights kept on the device at once, in bytes; one checkpoint may exceed it. */
export const RESIDENT = 512_000_000;

export function defectOf(error: unknown): Defect | null {
  if (!(error instanceof CheckpointError)) return null;
  return { problem: error.problem, place: error.place };
}
