import type { Evaluation, EvaluationPlan, EvaluationProgress } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { score } from '#domain/metrics/score.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Predictions, SliceColumn } from '#domain/scores.ts';
import type { Device } from '#models/backend.ts';
import type { Reader, Reporting } from './api.ts';
import { fitData } from './evaluator-data.ts';
import { defectOf, type Job, type Setup } from './evaluator-job.ts';
import { chooseDevice, planBatches } from './evaluator-plan.ts';
import { createReport, type Report } from './evaluator-report.ts';
import {
  keyOf,
  provenanceOf,
  type Results,
  readVersions,
  type Versions,
} from './evaluator-results.ts';
import { type Candidate, type Finish, runAll } from './evaluator-run.ts';
import { readTruth } from './evaluator-targets.ts';
import { bindCheckpoint } from './evaluator-weights.ts';

interface Surroundings {
  readonly reader: Reader;
  readonly results: Results;
}

/** Evaluates all checkpoints of a plan; those kept from before are not computed again. */
export async function evaluate(
  { reader, results }: Surroundings,
  wanted: EvaluationPlan,
  { signal, onProgress }: Reporting<EvaluationProgress>,
): Promise<readonly Evaluation[]> {
  const report = createReport(wanted.checkpoints, onProgress);
  report.emit(true);
  let started = false;
  try {
    const setup = await prepare(reader, wanted, { report, signal });
    const device = await chooseDevice(wanted.backend, report);
    report.begin(setup.fit.count, device.backend);
    const keys = await takeKept(setup, device, results);
    if (keys.open.length > 0) {
      const job = await planJob(setup, device);
      const candidates = await bindAll(job, keys.open);
      started = true;
      await runAll(job, candidates, finishWith(job, results, keys));
    }
  } catch (error) {
    const defect = defectOf(error);
    if (signal?.aborted) report.end('cancelled', null);
    else if (started && defect) report.end('failed', defect);
    else throw error;
  }
  report.emit(true);
  return report.evaluations();
}

/** Everything that can be wrong for all checkpoints alike is found here, before anything is computed. */
async function prepare(
  reader: Reader,
  wanted: EvaluationPlan,
  { report, signal }: { report: Report; signal: AbortSignal | undefined },
): Promise<Setup> {
  signal?.throwIfAborted();
  const offered = await reader.graph(wanted.graph, { signal });
  const dataset = await reader.dataset({ path: wanted.dataset, window: wanted.window }, { signal });
  const fit = fitData(offered, dataset, wanted);
  const graph = await laidOut(reader, offered, { wanted, fit, signal });
  for (const note of fit.notes) report.note(note);
  const task = wanted.task ?? 'multi-class';
  return { reader, wanted, task, graph, dataset, fit, report, signal };
}

/** A graph whose loops depend on the lengths of its inputs, laid out for those of the data. */
async function laidOut(
  reader: Reader,
  graph: Graph,
  {
    wanted,
    fit,
    signal,
  }: { wanted: EvaluationPlan; fit: Setup['fit']; signal: AbortSignal | undefined },
): Promise<Graph> {
  if (!graph.laidOut || wanted.graph.kind !== 'file') return graph;
  const lengths = Object.fromEntries(fit.inputs.map(({ name, to }) => [name, to]));
  return reader.graph({ ...wanted.graph, lengths }, { signal });
}

async function planJob(setup: Setup, device: Device): Promise<Job> {
  const { reader, wanted, graph, dataset, report, signal } = setup;
  const batches = planBatches(setup, device);
  const { output } = batches.plan;
  checkPositive(setup);
  noteOutput(graph, setup, output.classes);
  const truth = await readTruth(reader, { plan: wanted, dataset, output, signal });
  for (const note of truth.notes) report.note(note);
  return { ...setup, ...batches, device, truth };
}

/** `binary` has two classes to choose from. */
function checkPositive({ task, wanted: { positive, dataset } }: Setup): void {
  if (task !== 'binary' || positive === undefined || positive === 0 || positive === 1) return;
  const reasons = [`the positive class ${positive} is not 0 or 1`];
  throw new CheckpointError({ kind: 'unfit', reasons }, { path: dataset });
}

function noteOutput({ outputs }: Graph, { wanted, task, report }: Setup, classes: number): void {
  const output = wanted.output ?? outputs[0]?.name ?? '';
  if (outputs.length > 1) report.note({ code: 'one-output', output, of: outputs.length });
  const isClasses = task === 'multi-class' || task === 'binary';
  if (isClasses && classes === 1) report.note({ code: 'binary', output });
}

/** By what the results of each checkpoint are kept, and which are still to be computed. */
interface Keys {
  readonly versions: Versions;
  readonly keys: readonly string[];
  /** Indices of checkpoints. */
  readonly open: readonly number[];
}

async function takeKept(setup: Setup, { backend }: Device, results: Results): Promise<Keys> {
  const { reader, wanted, report, signal } = setup;
  const versions = await readVersions(reader, wanted, { base: setup.graph.base, signal });
  const keys = wanted.checkpoints.map((checkpoint) =>
    keyOf(wanted, checkpoint, { versions, backend }),
  );
  const open: number[] = [];
  for (const [index, key] of keys.entries()) {
    const isKnown = versions
      .of(wanted.checkpoints[index] ?? '')
      .every(({ version }) => version !== '');
    const kept = wanted.fresh || !isKnown ? null : await results.find(wanted.directory, key);
    if (kept) report.update(index, { ...kept, isKept: true });
    else open.push(index);
  }
  report.emit(true);
  return { versions, keys, open };
}

/** Joins every checkpoint with the graph; those with a weight missing fail, and the rest goes on. */
async function bindAll(job: Job, open: readonly number[]): Promise<Candidate[]> {
  const { reader, graph, wanted, report, signal } = job;
  const candidates: Candidate[] = [];
  for (const index of open) {
    const checkpoint = wanted.checkpoints[index] ?? '';
    const prefix = wanted.prefixes?.[checkpoint] ?? wanted.prefix;
    const virtual = wanted.virtual?.[checkpoint];
    try {
      const bound = await bindCheckpoint(reader, graph, { checkpoint, prefix, virtual, signal });
      const { binding, defect } = bound;
      report.update(index, { binding, defect, ...(defect ? { state: 'failed' } : {}) });
      if (!defect) candidates.push({ index, bound });
    } catch (error) {
      signal?.throwIfAborted();
      const defect = defectOf(error);
      if (!defect) throw error;
      report.update(index, { state: 'failed', defect });
    }
    report.emit();
  }
  return candidates;
}

/** Scores what was computed of a checkpoint and keeps it. */
function finishWith(job: Job, results: Results, { keys, versions }: Keys): Finish {
  const { report, fit, wanted, truth } = job;
  return async ({ index, bound }, collector, ran) => {
    const { seen } = collector.running();
    if (seen === 0) return;
    const collected = collector.collected();
    const slices = truth.slices.map((slice) => ({ ...slice, codes: slice.codes.slice(0, seen) }));
    report.update(index, {
      ...(seen === fit.count ? { state: 'done' } : {}),
      scores: score(collected, slices),
      provenance: provenanceOf(wanted, bound.checkpoint, { versions, ...ran }),
      key: keys[index],
    });
    const evaluation = report.evaluations()[index];
    if (!evaluation) return;
    const predictions = withSlices(collected.predictions, slices);
    const why = await results.keep(wanted.directory, evaluation, predictions);
    if (why !== null) report.note({ code: 'not-kept', why });
    report.emit();
  };
}

/** Of many tokens, only some examples are there: they have the values of their own rows. */
function withSlices(predictions: Predictions, slices: readonly SliceColumn[]): Predictions {
  const { examples } = predictions;
  const own = slices.map((slice) => ({
    ...slice,
    codes: Int32Array.from(examples, (example) => slice.codes[example] ?? 0),
  }));
  return { ...predictions, slices: own };
}
