import type { Evaluation } from '#domain/evaluation.ts';
import {
  accuracyOf,
  activate,
  lossOf,
  NOTHING_SEEN,
  plus,
  type Tally,
  tally,
} from '#domain/metrics.ts';
import { type Device, startBackend } from '#models/backend.ts';
import { oversize, weightBytes } from '#models/limits.ts';
import { createNetwork, type Network } from '#models/network.ts';
import { type Batch, readAhead, readBatch } from './evaluator-batch.ts';
import { compare } from './evaluator-compare.ts';
import { defectOf, type Job, RESIDENT } from './evaluator-job.ts';
import { tooLarge } from './evaluator-plan.ts';
import { type BoundCheckpoint, readWeights, type Weights } from './evaluator-weights.ts';

/** A checkpoint to be computed, and what came out so far. */
export interface Candidate {
  /** Of the plan. */
  readonly index: number;
  readonly bound: BoundCheckpoint;
}

interface Loaded extends Candidate {
  readonly network: Network;
  tally: Tally;
}

/** Computes all candidates; every batch is read once for as many as fit on the device together. */
export async function runAll(job: Job, candidates: readonly Candidate[]): Promise<void> {
  const together = Math.max(1, Math.floor(RESIDENT / Math.max(1, weightBytes(job.plan))));
  for (let from = 0; from < candidates.length; from += together) {
    await runTogether(job, candidates.slice(from, from + together));
  }
}

async function runTogether(job: Job, candidates: readonly Candidate[]): Promise<void> {
  const { report, fit, batch: size } = job;
  const loaded: Loaded[] = [];
  try {
    const first = await readBatch(job, 0);
    for (const candidate of candidates) {
      const one = await begin(job, candidate, first);
      if (one) loaded.push(one);
    }
    report.enter('computing');
    let ahead: Promise<Batch> | undefined;
    for (let from = size; from < fit.count && loaded.length > 0; from += size) {
      const started = performance.now();
      const batch = await (ahead ?? readBatch(job, from));
      // The next batch is read while this one is computed.
      ahead = from + size < fit.count ? readAhead(job, from + size) : undefined;
      for (const one of loaded) {
        job.signal?.throwIfAborted();
        count(job, one, batch, await one.network.run(batch.inputs));
      }
      report.timed(batch.examples * loaded.length, (performance.now() - started) / 1000);
      report.emit();
    }
  } finally {
    for (const { network } of loaded) network.dispose();
  }
}

/** Loads a checkpoint, computes the first batch and compares it; `null` when it failed by itself. */
async function begin(job: Job, candidate: Candidate, batch: Batch): Promise<Loaded | null> {
  const { report, graph, plan, reader, signal } = job;
  const { index, bound } = candidate;
  report.enter('reading');
  report.update(index, { state: 'running' });
  let network: Network | null = null;
  try {
    const weights = await readWeights(reader, plan, { graph, bound, signal });
    const device = await deviceFor(job, candidate, weights);
    report.enter('compiling');
    network = await createNetwork(device, plan, weights.values);
    const outputs = await network.run(batch.inputs);
    const loaded: Loaded = { ...candidate, network, tally: NOTHING_SEEN };
    report.update(index, { firstOutputs: firstRows(job, outputs, batch) });
    report.enter('comparing');
    report.update(index, { parity: await compare(job, { device, weights, outputs, batch }) });
    count(job, loaded, batch, outputs);
    report.emit();
    return loaded;
  } catch (error) {
    network?.dispose();
    signal?.throwIfAborted();
    const defect = defectOf(error);
    if (!defect) throw error;
    // A device that failed takes all others on it along.
    await job.device.use();
    report.update(index, { state: 'failed', defect });
    return null;
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
function count(job: Job, one: Loaded, { from, examples }: Batch, outputs: Float32Array): void {
  const { report, plan, labels, fit } = job;
  const { classes, means } = plan.output;
  const values = outputs.subarray(0, examples * classes);
  const more = tally({ values, classes, means }, labels.subarray(from, from + examples));
  one.tally = plus(one.tally, more);
  const { seen, nonfinite } = one.tally;
  report.update(one.index, {
    state: seen === fit.count ? 'done' : 'running',
    seen,
    nonfinite,
    accuracy: accuracyOf(one.tally),
    loss: lossOf(one.tally),
  });
}

/** Examples whose raw outputs are kept for a person to compare. */
const FIRST_ROWS = 8;

function firstRows(
  { plan }: Job,
  outputs: Float32Array,
  { examples }: Batch,
): Evaluation['firstOutputs'] {
  const { classes, means, shown } = plan.output;
  const rows = Math.min(FIRST_ROWS, examples);
  const values = outputs.subarray(0, rows * classes);
  const all = means === shown ? [...values] : activate(values, classes, shown);
  return Array.from({ length: rows }, (_, row) => all.slice(row * classes, (row + 1) * classes));
}
