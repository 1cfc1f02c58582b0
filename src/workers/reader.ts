import type { CheckpointError } from '#domain/problem.ts';
import type { Grant, Reader } from './api.ts';
import readerUrl from './reader.worker.ts?worker&url';
import { connectWorker } from './rpc-worker.ts';
import { workerUrl } from './worker-url.ts';

let grant: Grant | undefined;

const deathListeners = new Set<(error: CheckpointError) => void>();

const worker = connectWorker<Reader>({
  name: 'reader',
  spawn: () => new Worker(workerUrl(readerUrl), { type: 'module', name: 'reader' }),
  restore: async (reader) => {
    if (grant) await reader.open(grant);
  },
  onDeath: (error) => {
    for (const listener of deathListeners) listener(error);
  },
});

/** The reader, in its worker. The only way from the screen to the bytes. */
export const reader: Reader = new Proxy(worker, {
  get(target, method: keyof Reader | 'then') {
    if (method === 'then') return undefined;
    if (method !== 'open') return target[method];
    return (...call: Parameters<Reader['open']>) => {
      [grant] = call;
      return target.open(...call);
    };
  },
});

/** Calls `listener` when the reader has died; the next call starts another. Gives back how to stop. */
export function onReaderDeath(listener: (error: CheckpointError) => void): () => void {
  deathListeners.add(listener);
  return () => deathListeners.delete(listener);
}
