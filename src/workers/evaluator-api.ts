import type {
  Backend,
  Evaluation,
  EvaluationPlan,
  EvaluationProgress,
} from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { passingResults, type ResultStore } from '#io/result-store.ts';
import { BACKENDS, startBackend } from '#models/backend.ts';
import type { Evaluator, Reader, Reporting } from './api.ts';
import { fitData, readLabels } from './evaluator-data.ts';
import { defectOf, type Job } from './evaluator-job.ts';
import { chooseDevice, planBatches } from './evaluator-plan.ts';
import { createReport, type Report } from './evaluator-report.ts';
import { type Candidate, runAll } from './evaluator-run.ts';
import { virtualElements, virtualFile } from './evaluator-virtual.ts';
import { bindCheckpoint } from './evaluator-weights.ts';
import { connect } from './rpc.ts';

export interface EvaluatorOptions {
  /** For tests: a reader in the same thread. */
  readonly reader?: Reader;
  /** Left out: results are kept until the evaluator ends. */
  readonly results?: ResultStore;
}

/** What the evaluator worker can do. It runs in Node as well, which is how it is tested. */
export function createEvaluator(options: EvaluatorOptions = {}): Evaluator {
  const { results = passingResults() } = options;
  let reader = options.reader;
  const attached = (): Reader => {
    if (!reader) throw new TypeError('The evaluator has no reader');
    return reader;
  };
  // tfjs computes on one backend at a time, so evaluations wait for each other.
  let running: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = running.then(work, work);
    running = next;
    return next;
  }

  return {
    async attach(port) {
      port.start();
      reader = connect<Reader>(port);
    },
    backends: () => inTurn(startAll),
    predictions: async ({ key }) => results.predictions(key),
    results: async ({ directory }) => results.list(directory),
    forget: async ({ keys }) => results.forget(keys),
    virtualFile: async (virtual, { signal } = {}) => virtualFile(attached(), virtual, signal),
    virtualTensor: async ({ virtual, ...elements }, { signal } = {}) =>
      virtualElements(attached(), virtual, elements, signal),
    evaluate: (plan, reporting = {}) => inTurn(() => evaluate(reader, plan, reporting)),
  };
}

async function startAll(): Promise<{ backend: Backend; device: string }[]> {
  const starting: { backend: Backend; device: string }[] = [];
  for (const backend of BACKENDS) {
    const device = await startBackend(backend).catch(() => null);
    if (device) starting.push({ backend, device: device.name });
  }
  return starting;
}

async function evaluate(
  reader: Reader | undefined,
  wanted: EvaluationPlan,
  { signal, onProgress }: Reporting<EvaluationProgress>,
): Promise<readonly Evaluation[]> {
  if (!reader) throw new TypeError('The evaluator has no reader');
  const report = createReport(wanted.checkpoints, onProgress);
  report.emit(true);
  let started = false;
  try {
    const job = await prepare(reader, wanted, { report, signal });
    const candidates = await bindAll(job);
    started = true;
    await runAll(job, candidates);
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
): Promise<Job> {
  signal?.throwIfAborted();
  const graph = await reader.graph(wanted.graph, { signal });
  const dataset = await reader.dataset({ path: wanted.dataset }, { signal });
  const fit = fitData(graph, dataset, wanted);
  for (const note of fit.notes) report.note(note);
  const device = await chooseDevice(wanted.backend, report);
  report.begin(fit.count, device.backend);
  const batches = planBatches(graph, fit, { device, wanted, report });
  const { classes } = batches.plan.output;
  noteOutput(graph, classes, report);
  const labels = await readLabels(reader, {
    plan: wanted,
    count: fit.count,
    classes: Math.max(2, classes),
    signal,
  });
  return { ...batches, reader, wanted, graph, fit, device, labels, report, signal };
}

function noteOutput({ outputs }: Graph, classes: number, report: Report): void {
  const output = outputs[0]?.name ?? '';
  if (outputs.length > 1) report.note({ code: 'one-output', output, of: outputs.length });
  if (classes === 1) report.note({ code: 'binary', output });
}

/** Joins every checkpoint with the graph; those with a weight missing fail, and the rest goes on. */
async function bindAll(job: Job): Promise<Candidate[]> {
  const { reader, graph, wanted, report, signal } = job;
  const candidates: Candidate[] = [];
  const { prefix } = wanted;
  for (const [index, checkpoint] of wanted.checkpoints.entries()) {
    try {
      const bound = await bindCheckpoint(reader, graph, { checkpoint, prefix, signal });
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
