import type { Evaluation } from '#domain/evaluation.ts';
import { createCollector } from '#domain/metrics/collect.ts';
import { type Collector, type OutputShape, recordBytes } from '#domain/metrics/collector.ts';
import { activate } from '#domain/metrics.ts';
import { type Device, startBackend } from '#models/backend.ts';
import { oversize, weightBytes } from '#models/limits.ts';
import { createNetwork, type Network } from '#models/network.ts';
import { type Batch, readAhead, readBatch, rowsOf } from './evaluator-batch.ts';
import { compare } from './evaluator-compare.ts';
import { defectOf, type Job, RESIDENT } from './evaluator-job.ts';
import { tooLarge } from './evaluator-plan.ts';
import { type Failures, recover } from './evaluator-recovery.ts';
import { type BoundCheckpoint, readWeights, type Weights } from './evaluator-weights.ts';

/** A checkpoint to be computed, and what came out so far. */
export interface Candidate {
  /** Of the plan. */
  readonly index: number;
  readonly bound: BoundCheckpoint;
}

interface Loaded extends Candidate {
  network: Network;
  readonly collector: Collector;
}

/** Called with every checkpoint that has come to its end, or as far as it was computed when that was cancelled. */
export type Finish = (
  candidate: Candidate,
  collector: Collector,
  ran: { readonly device: Device; readonly batch: number },
) => Promise<void>;

/** Where it is computed now: a device that fails is replaced on the way. */
interface Course {
  job: Job;
  readonly failures: Failures;
  readonly loaded: Loaded[];
}

/** Computes all candidates; every batch is read once for as many as fit on the device together. */
export async function runAll(
  job: Job,
  candidates: readonly Candidate[],
  finish: Finish,
): Promise<void> {
  const each = weightBytes(job.plan) + recordBytes(shapeOf(job));
  const together = Math.max(1, Math.floor(RESIDENT / Math.max(1, each)));
  const course: Course = { job, failures: new Map(), loaded: [] };
  for (let from = 0; from < candidates.length; from += together) {
    await runTogether(course, candidates.slice(from, from + together), finish);
  }
}

function shapeOf({ task, wanted, fit, plan }: Job): OutputShape {
  const { classes: width, places, means } = plan.output;
  return { task, examples: fit.count, width, places, means, positive: wanted.positive ?? 1 };
}

async function runTogether(
  course: Course,
  candidates: readonly Candidate[],
  finish: Finish,
): Promise<void> {
  const { loaded } = course;
  try {
    await runBatches(course, candidates);
  } finally {
    const { batch } = course.job;
    // What is done is kept where the rest was cancelled.
    for (const { network, collector, ...candidate } of loaded.splice(0)) {
      network.dispose();
      await finish(candidate, collector, { device: network.device, batch });
    }
  }
}

async function runBatches(course: Course, candidates: readonly Candidate[]): Promise<void> {
  const { loaded } = course;
  const { report, fit, signal } = course.job;
  const first = await readBatch(course.job, 0);
  for (const candidate of candidates) {
    const one = await begin(course, candidate, first);
    if (one) loaded.push(one);
  }
  report.enter('computing');
  let ahead: Promise<Batch> | undefined;
  for (let from = first.examples; from < fit.count && loaded.length > 0; ) {
    const started = performance.now();
    const batch: Batch = await (ahead ?? readBatch(course.job, from));
    from += batch.examples;
    // The next batch is read while this one is computed.
    ahead = from < fit.count ? readAhead(course.job, from) : undefined;
    for (const one of loaded) {
      signal?.throwIfAborted();
      await computeBatch(course, one, batch);
    }
    report.timed(batch.examples * loaded.length, (performance.now() - started) / 1000);
    report.emit();
  }
}

/** All of a batch, in parts where it was read before the device took less at a time. */
async function computeBatch(course: Course, one: Loaded, batch: Batch): Promise<void> {
  for (;;) {
    const done = one.collector.running().seen - batch.from;
    if (done >= batch.examples) return;
    const { batch: size } = course.job;
    try {
      const outputs = await one.network.run(rowsOf(batch, done, size));
      count(course.job, one, outputs, Math.min(size, batch.examples - done));
    } catch (error) {
      course.job.signal?.throwIfAborted();
      await replaceDevice(course, one.network.device, error);
    }
  }
}

/** Takes another device, and loads the weights of all that were on the one that failed. */
async function replaceDevice(course: Course, failed: Device, error: unknown): Promise<void> {
  const { failures, loaded } = course;
  let reason = error;
  let { backend } = failed;
  for (;;) {
    course.job = await recover(course.job, { error: reason, backend, failures });
    const { job } = course;
    try {
      for (const one of loaded) {
        one.network.dispose();
        const weights = await weightsOf(job, one.bound);
        one.network = await createNetwork(
          await deviceFor(job, one, weights),
          job.plan,
          weights.values,
        );
        job.report.update(one.index, { backend: one.network.device.backend });
      }
      return;
    } catch (again) {
      job.signal?.throwIfAborted();
      reason = again;
      backend = job.device.backend;
    }
  }
}

function weightsOf({ reader, plan, graph, signal }: Job, bound: BoundCheckpoint): Promise<Weights> {
  return readWeights(reader, plan, { graph, bound, signal });
}

/** Loads a checkpoint, computes the first batch and compares it; `null` when it failed by itself. */
async function begin(course: Course, candidate: Candidate, batch: Batch): Promise<Loaded | null> {
  const { report, signal } = course.job;
  const { index, bound } = candidate;
  report.enter('reading');
  report.update(index, { state: 'running' });
  try {
    const weights = await weightsOf(course.job, bound);
    for (;;) {
      const device = await deviceFor(course.job, candidate, weights);
      try {
        return await beginOn(course.job, candidate, { device, weights, batch });
      } catch (error) {
        signal?.throwIfAborted();
        await replaceDevice(course, device, error);
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    const defect = defectOf(error);
    if (!defect) throw error;
    report.update(index, { state: 'failed', defect });
    return null;
  }
}

async function beginOn(
  job: Job,
  candidate: Candidate,
  { device, weights, batch }: { device: Device; weights: Weights; batch: Batch },
): Promise<Loaded> {
  const { report } = job;
  const { index } = candidate;
  report.enter('compiling');
  const network = await createNetwork(device, job.plan, weights.values);
  try {
    const examples = Math.min(job.batch, batch.examples);
    const outputs = await network.run(rowsOf(batch, 0, job.batch));
    const loaded: Loaded = { ...candidate, network, collector: createCollector(shapeOf(job)) };
    report.update(index, {
      firstOutputs: firstRows(job, outputs, examples),
      backend: device.backend,
    });
    count(job, loaded, outputs, examples);
    report.enter('comparing');
    report.emit(true);
    const parity = await compare(job, { device, weights, outputs, batch });
    report.update(index, { parity });
    report.emit();
    for (let seen = examples; seen < batch.examples; seen += job.batch) {
      const more = await network.run(rowsOf(batch, seen, job.batch));
      count(job, loaded, more, Math.min(job.batch, batch.examples - seen));
    }
    return loaded;
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** A GPU may take NaN for any number, so a checkpoint that holds some is computed where it may not. */
async function deviceFor(job: Job, { index, bound }: Candidate, weights: Weights): Promise<Device> {
  const { device, report, plan, graph } = job;
  if (device.backend !== 'webgpu' || !weights.nonfinite) return device;
  const exact = await startBackend('wasm').catch(() => startBackend('cpu'));
  const over = oversize(plan, exact.limits);
  if (over) throw tooLarge(over, exact, graph);
  const { backend } = exact;
  report.note({
    code: 'nonfinite-weights',
    checkpoint: bound.checkpoint,
    ...weights.nonfinite,
    backend,
  });
  report.update(index, { backend });
  return exact;
}

/** Adds what a batch gave to a checkpoint's scores. */
function count(job: Job, one: Loaded, outputs: Float32Array, examples: number): void {
  const { report, plan, truth } = job;
  const { classes, places } = plan.output;
  const { seen: from } = one.collector.running();
  const values = outputs.subarray(0, examples * classes * places);
  one.collector.add(
    values,
    truth.targets.subarray(from * truth.each, (from + examples) * truth.each),
  );
  report.update(one.index, { state: 'running', ...one.collector.running() });
}

/** Examples whose raw outputs are kept for a person to compare, and numbers of each. */
const FIRST_ROWS = 8;
const FIRST_NUMBERS = 4096;

function firstRows(
  { plan }: Job,
  outputs: Float32Array,
  examples: number,
): Evaluation['firstOutputs'] {
  const { classes, places, means, shown, by } = plan.output;
  const each = classes * places;
  const rows = Math.min(FIRST_ROWS, examples);
  const values = outputs.subarray(0, rows * each);
  const all = means === shown ? [...values] : activate(values, { classes, means: shown, by });
  return Array.from({ length: rows }, (_, row) =>
    all.slice(row * each, row * each + Math.min(each, FIRST_NUMBERS)),
  );
}
