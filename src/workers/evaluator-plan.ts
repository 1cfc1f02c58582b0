import type { Backend } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { BACKENDS, type Device, startBackend } from '#models/backend.ts';
import { type Oversize, oversize } from '#models/limits.ts';
import { planScores, type ScoredPlan } from '#models/plan.ts';
import type { DataFit } from './evaluator-data.ts';
import type { Setup } from './evaluator-job.ts';
import type { Report } from './evaluator-report.ts';

/** The best backend that starts, or the one that was asked for. @throws `device` when none does */
export async function chooseDevice(wanted: Backend | null, report: Report): Promise<Device> {
  for (const backend of wanted ? [wanted] : BACKENDS) {
    try {
      const device = await startBackend(backend);
      if (backend === 'webgpu' && device.software) {
        report.note({ code: 'software-adapter', device: device.name });
      }
      return device;
    } catch (error) {
      if (!(error instanceof CheckpointError) || error.problem.kind !== 'device') throw error;
      if (wanted) throw error;
      report.note({ code: 'backend-failed', backend, why: error.problem.what });
    }
  }
  const what = 'no backend starts in this browser';
  throw new CheckpointError({ kind: 'device', what }, { path: '' });
}

/** Shapes of all inputs of a graph for one batch. */
export function inputShapes(
  { inputs }: DataFit,
  batch: number,
): ReadonlyMap<string, readonly number[]> {
  return new Map(inputs.map(({ name, to }) => [name, [batch, ...to]]));
}

export interface BatchPlan {
  readonly plan: ScoredPlan;
  readonly batch: number;
}

/**
 * A plan for the largest batch up to the one asked for that the device holds.
 * @param most examples that the batch may have at most
 * @throws `device` naming what is too large when no batch would fit
 */
export function planBatches(
  { graph, fit, wanted, task, report }: Pick<Setup, 'graph' | 'fit' | 'wanted' | 'task' | 'report'>,
  device: Device,
  most = Number.POSITIVE_INFINITY,
): BatchPlan {
  const largest = Math.min(Math.floor(wanted.batchSize) || 1, fit.count, most);
  const asked = Math.max(1, largest);
  let batch = graph.batch ?? asked;
  if (graph.batch !== null && graph.batch !== wanted.batchSize) {
    report.note({ code: 'batch-fixed', size: graph.batch });
  }
  let first: Oversize | null = null;
  for (;;) {
    const plan = planScores(graph, inputShapes(fit, batch), { task, output: wanted.output });
    const over = oversize(plan, device.limits);
    if (!over) {
      if (first) {
        const { value, bytes, limit } = first;
        report.note({ code: 'batch-reduced', from: asked, to: batch, value, bytes, limit });
      }
      return { plan, batch };
    }
    if (!over.grows || graph.batch !== null || batch === 1) throw tooLarge(over, device, graph);
    first ??= over;
    batch = Math.ceil(batch / 2);
  }
}

export function tooLarge(
  { value, bytes, limit }: Oversize,
  { name }: Device,
  { title }: Graph,
): CheckpointError {
  const what = `${value} takes ${bytes} bytes; ${name} holds at most ${limit}`;
  return new CheckpointError({ kind: 'device', what }, { path: title });
}
