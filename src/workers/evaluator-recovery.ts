import type { Backend } from '#domain/evaluation.ts';
import { CheckpointError } from '#domain/problem.ts';
import { BACKENDS, type Device, startBackend } from '#models/backend.ts';
import type { Job } from './evaluator-job.ts';
import { planBatches } from './evaluator-plan.ts';

/** Failures of one backend after which the next one is taken. */
const PATIENCE = 2;

/** How often each backend has failed in one evaluation. */
export type Failures = Map<Backend, number>;

/** What the browser says when memory has run out; there is no code for it. */
const MEMORY = /memory|allocation failed|array length|out of bounds|buffer size/i;

/**
 * Where to go on once a device has failed: on a new one of the same kind, with half the batch where memory ran
 * out, then on the next backend. What was computed with before is lost.
 * @throws `error` when there is nowhere left to go
 */
export async function recover(
  job: Job,
  failed: { readonly error: unknown; readonly backend: Backend; readonly failures: Failures },
): Promise<Job> {
  const { error, backend, failures } = failed;
  if (!(error instanceof CheckpointError) || error.problem.kind !== 'device') throw error;
  const why = error.problem.what;
  if (MEMORY.test(why) && job.batch > 1 && job.graph.batch === null) {
    const most = Math.ceil(job.batch / 2);
    const device = await startBackend(backend).catch(() => null);
    if (device) {
      const halved = { ...job, device, ...planBatches(job, device, most) };
      job.report.note({ code: 'batch-halved', from: job.batch, to: halved.batch, why });
      return halved;
    }
  }
  failures.set(backend, (failures.get(backend) ?? 0) + 1);
  const device = await nextDevice(backend, failures);
  if (!device) throw error;
  job.report.note({ code: 'device-lost', backend, to: device.backend, why });
  return { ...job, device, ...planBatches(job, device, job.batch) };
}

async function nextDevice(backend: Backend, failures: Failures): Promise<Device | null> {
  for (const next of BACKENDS.slice(BACKENDS.indexOf(backend))) {
    if ((failures.get(next) ?? 0) >= PATIENCE) continue;
    const device = await startBackend(next).catch(() => null);
    if (device) return device;
  }
  return null;
}
