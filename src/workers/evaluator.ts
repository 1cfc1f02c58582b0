import type { Evaluator } from './api.ts';
import evaluatorUrl from './evaluator.worker.ts?worker&url';
import { onReaderDeath, reader } from './reader.ts';
import { connectWorker } from './rpc-worker.ts';
import { workerUrl } from './worker-url.ts';

let attached: Promise<unknown> | undefined;

const worker = connectWorker<Evaluator>({
  name: 'evaluator',
  spawn: () => new Worker(workerUrl(evaluatorUrl), { type: 'module', name: 'evaluator' }),
  onDeath: () => {
    attached = undefined;
  },
});

onReaderDeath(() => {
  attached = undefined;
});

/** Lays a channel from the evaluator to the reader, so that tensors do not pass through the page. */
async function attach(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  try {
    await Promise.all([reader.attach(port1), worker.attach(port2)]);
  } catch (error) {
    attached = undefined;
    throw error;
  }
}

/** Makes sure that the evaluator can ask the reader. */
async function withReader<T>(call: () => Promise<T>): Promise<T> {
  attached ??= attach();
  await attached;
  return call();
}

/** The evaluator, in a worker of its own that is started when it is first called. */
export const evaluator: Omit<Evaluator, 'attach'> = {
  backends: (input, options) => worker.backends(input, options),
  cancel: (input, options) => worker.cancel(input, options),
  predictions: (input, options) => worker.predictions(input, options),
  results: (input, options) => worker.results(input, options),
  forget: (input, options) => worker.forget(input, options),
  virtualFile: (input, options) => withReader(() => worker.virtualFile(input, options)),
  virtualTensor: (input, options) => withReader(() => worker.virtualTensor(input, options)),
  async evaluate(plan, { signal, onProgress } = {}) {
    const orphaned = new AbortController();
    // Without the reader it would wait for ever for the next batch.
    const forget = onReaderDeath((error) => orphaned.abort(error));
    try {
      attached ??= attach();
      await attached;
      const signals = signal ? [signal, orphaned.signal] : [orphaned.signal];
      return await worker.evaluate(plan, { signal: AbortSignal.any(signals), onProgress });
    } finally {
      forget();
    }
  },
};
