import type { Backend, Evaluation } from '#domain/evaluation.ts';
import { largestDifference } from '#domain/metrics.ts';
import { CheckpointError } from '#domain/problem.ts';
import { COMPARED_WITH, type Device, startBackend } from '#models/backend.ts';
import { multiplications } from '#models/cost.ts';
import { oversize, weightBytes } from '#models/limits.ts';
import { createNetwork } from '#models/network.ts';
import { planScores } from '#models/plan.ts';
import { type Batch, rowsOf } from './evaluator-batch.ts';
import { defectOf, type Job, RESIDENT } from './evaluator-job.ts';
import { inputShapes, tooLarge } from './evaluator-plan.ts';
import type { Weights } from './evaluator-weights.ts';

/** Multiplications that a comparison may take, so that it stays a matter of seconds. */
const AFFORDABLE: { readonly [B in Backend]: number } = { webgpu: 1e11, wasm: 2e10, cpu: 1e9 };

/** One example may take so many times more, before it is not compared at all. */
const PATIENCE = 20;

export interface Comparison {
  readonly device: Device;
  readonly weights: Weights;
  readonly outputs: Float32Array;
  readonly batch: Batch;
}

/** The first batch, or as much of it as is affordable, on another set of kernels. */
export async function compare(job: Job, compared: Comparison): Promise<Evaluation['parity']> {
  const backend = COMPARED_WITH[compared.device.backend];
  try {
    return await compareOn(backend, job, compared);
  } catch (error) {
    job.signal?.throwIfAborted();
    const defect = defectOf(error);
    if (!defect) throw error;
    job.report.note({ code: 'parity-skipped', backend, why: String(error) });
    return null;
  }
}

async function compareOn(
  backend: Backend,
  job: Job,
  { weights, outputs, batch }: Comparison,
): Promise<Evaluation['parity']> {
  const { graph, fit, plan: main, batch: size, task, wanted } = job;
  const bytes = weightBytes(main);
  if (bytes > RESIDENT) {
    const what = `the weights take ${bytes} bytes; a second copy of more than ${RESIDENT} is not made`;
    throw new CheckpointError({ kind: 'device', what }, { path: backend });
  }
  const each = multiplications(main) / size;
  const rows = graph.batch ?? Math.min(size, Math.max(1, Math.floor(AFFORDABLE[backend] / each)));
  if (rows * each > AFFORDABLE[backend] * PATIENCE) {
    const what = 'the first batch would take minutes there';
    throw new CheckpointError({ kind: 'device', what }, { path: backend });
  }
  const plan =
    rows === size
      ? main
      : planScores(graph, inputShapes(fit, rows), { task, output: wanted.output });
  const device = await startBackend(backend);
  const over = oversize(plan, device.limits);
  if (over) throw tooLarge(over, device, graph);
  const network = await createNetwork(device, plan, weights.values);
  try {
    const others = await network.run(rowsOf(batch, 0, rows));
    const examples = Math.min(rows, batch.examples);
    const length = examples * plan.output.classes * plan.output.places;
    const difference = largestDifference(outputs.subarray(0, length), others.subarray(0, length));
    return { backend, examples, difference };
  } finally {
    network.dispose();
  }
}
