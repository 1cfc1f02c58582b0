import type { Backend, Evaluation, EvaluationPlan } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import {
  accuracyOf,
  activate,
  largestDifference,
  lossOf,
  NOTHING_SEEN,
  plus,
  type Tally,
  tally,
} from '#domain/metrics.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import { COMPARED_WITH, type Device, startBackend } from '#models/backend.ts';
import { multiplications } from '#models/cost.ts';
import { indexLimits } from '#models/index-limits.ts';
import { oversize, weightBytes } from '#models/limits.ts';
import { createNetwork, type Network } from '#models/network.ts';
import { planScores } from '#models/plan.ts';
import type { Reader } from './api.ts';
import { arrange, checkWhole, type DataFit } from './evaluator-data.ts';
import { type BatchPlan, inputShapes, tooLarge } from './evaluator-plan.ts';
import type { Report } from './evaluator-report.ts';
import { type BoundCheckpoint, readWeights, type Weights } from './evaluator-weights.ts';

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

interface Batch {
  readonly from: number;
  /** Real examples in it; the rest fills it up. */
  readonly examples: number;
  readonly inputs: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}

/** Weights kept on the device at once, in bytes; one checkpoint may exceed it. */
const RESIDENT = 512_000_000;

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
    for (let from = size; from < fit.count && loaded.length > 0; from += size) {
      const started = performance.now();
      const batch = await readBatch(job, from);
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

/** Examples `[from, from + batch)`, scaled and checked, the last ones filled up with the last example. */
async function readBatch(job: Job, from: number): Promise<Batch> {
  const { reader, wanted, fit, plan, batch: size, signal } = job;
  signal?.throwIfAborted();
  const path = wanted.dataset;
  const to = Math.min(fit.count, from + size);
  const { inputs } = await reader.batch(
    { path, inputs: wanted.inputs, label: null, from, to },
    { signal },
  );
  const limits = indexLimits(plan);
  const arrays = fit.inputs.map((input, i) => {
    const values = inputs[i]?.values ?? new Float32Array();
    const arranged = arrange(input, values, wanted);
    if (plan.specs.get(input.name)?.dtype === 'int32') {
      checkWhole(input, arranged, { rows: limits.get(input.name), first: from, path });
    }
    return [input.name, filled(arranged, to - from, size)] as const;
  });
  return { from, examples: to - from, inputs: new Map(arrays) };
}

function filled(
  values: Float32Array<ArrayBuffer>,
  examples: number,
  size: number,
): Float32Array<ArrayBuffer> {
  if (examples === size) return values;
  const each = values.length / examples;
  const whole = new Float32Array(each * size);
  whole.set(values);
  const last = values.subarray(values.length - each);
  for (let at = values.length; at < whole.length; at += each) whole.set(last, at);
  return whole;
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

export function defectOf(error: unknown): Defect | null {
  if (!(error instanceof CheckpointError)) return null;
  return { problem: error.problem, place: error.place };
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

/** Multiplications that a comparison may take, so that it stays a matter of seconds. */
const AFFORDABLE: { readonly [B in Backend]: number } = { webgpu: 1e11, wasm: 2e10, cpu: 1e9 };

/** One example may take so many times more, before it is not compared at all. */
const PATIENCE = 20;

interface Comparison {
  readonly device: Device;
  readonly weights: Weights;
  readonly outputs: Float32Array;
  readonly batch: Batch;
}

/** The first batch, or as much of it as is affordable, on another set of kernels. */
async function compare(job: Job, compared: Comparison): Promise<Evaluation['parity']> {
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
  const { graph, fit, plan: main, batch: size } = job;
  const each = multiplications(main) / size;
  const rows = graph.batch ?? Math.min(size, Math.max(1, Math.floor(AFFORDABLE[backend] / each)));
  if (rows * each > AFFORDABLE[backend] * PATIENCE) {
    const what = 'the first batch would take minutes there';
    throw new CheckpointError({ kind: 'device', what }, { path: backend });
  }
  const plan = rows === size ? main : planScores(graph, inputShapes(fit, rows));
  const device = await startBackend(backend);
  const over = oversize(plan, device.limits);
  if (over) throw tooLarge(over, device, graph);
  const inputs = [...batch.inputs].map(([name, values]) => {
    return [name, values.subarray(0, (values.length / size) * rows)] as const;
  });
  const network = await createNetwork(device, plan, weights.values);
  try {
    const others = await network.run(new Map(inputs));
    const examples = Math.min(rows, batch.examples);
    const length = examples * plan.output.classes;
    const difference = largestDifference(outputs.subarray(0, length), others.subarray(0, length));
    return { backend, examples, difference };
  } finally {
    network.dispose();
  }
}
