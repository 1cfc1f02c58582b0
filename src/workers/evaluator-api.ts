import type {
  Backend,
  Evaluation,
  EvaluationPlan,
  EvaluationProgress,
} from '#domain/evaluation.ts';
import { passingResults, type ResultStore } from '#io/result-store.ts';
import { BACKENDS, startBackend } from '#models/backend.ts';
import type { Evaluator, Reader, Reporting } from './api.ts';
import { evaluate } from './evaluator-evaluate.ts';
import { createResults } from './evaluator-results.ts';
import { openVirtual, virtualFile } from './evaluator-virtual.ts';
import { connect } from './rpc.ts';

export interface EvaluatorOptions {
  /** For tests: a reader in the same thread. */
  readonly reader?: Reader;
  /** Left out: results are kept until the evaluator ends. */
  readonly results?: ResultStore;
}

/** What the evaluator worker can do. It runs in Node as well, which is how it is tested. */
export function createEvaluator(options: EvaluatorOptions = {}): Evaluator {
  const results = createResults(options.results ?? passingResults());
  let reader = options.reader;
  const attached = (): Reader => {
    if (!reader) throw new TypeError('The evaluator has no reader');
    return reader;
  };
  // tfjs computes on one backend at a time, so evaluations wait for each other.
  let running: Promise<unknown> = Promise.resolve();
  let cancelling = new AbortController();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = running.then(work, work);
    running = next;
    return next;
  }

  async function evaluateUntil(
    plan: EvaluationPlan,
    { signal, onProgress }: Reporting<EvaluationProgress>,
  ): Promise<readonly Evaluation[]> {
    cancelling = new AbortController();
    const signals = signal ? [signal, cancelling.signal] : [cancelling.signal];
    const reporting = { signal: AbortSignal.any(signals), onProgress };
    return evaluate({ reader: attached(), results }, plan, reporting);
  }

  return {
    async attach(port) {
      port.start();
      reader = connect<Reader>(port);
    },
    backends: () => inTurn(startAll),
    evaluate: (plan, reporting = {}) => inTurn(() => evaluateUntil(plan, reporting)),
    cancel: async () => cancelling.abort(),
    predictions: async ({ key }) => results.predictions(key),
    results: async ({ directory }) => results.store.list(directory),
    forget: async ({ keys }) => results.forget(keys),
    virtualFile: async (virtual, { signal } = {}) => virtualFile(attached(), virtual, signal),
    async virtualTensor({ virtual, ...range }, { signal } = {}) {
      const { read } = await openVirtual(attached(), virtual, signal);
      return read(range, signal);
    },
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
