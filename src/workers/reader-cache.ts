import { createLru } from './reader-lru.ts';

interface Running<T> {
  readonly controller: AbortController;
  readonly work: Promise<T>;
  waiting: number;
}

/**
 * Results by key, computed once however many ask at the same time. Work that nobody waits for any more
 * is aborted; work that failed is done again for the next who asks.
 *
 * @param limit what the kept results may weigh together; those not asked for the longest go first
 * @param weigh 1 for each by default
 */
export function createCache<T>(limit: number, weigh: (result: T) => number = () => 1) {
  const results = createLru<{ readonly result: T }>(limit, ({ result }) => weigh(result));
  const running = new Map<string, Running<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const started = { controller, work: work(controller.signal), waiting: 0 };
    running.set(key, started);
    const end = () => {
      if (running.get(key) === started) running.delete(key);
    };
    started.work.then((result) => {
      if (running.get(key) === started) results.set(key, { result });
      end();
    }, end);
    return started;
  }

  return {
    async get(
      key: string,
      work: (signal: AbortSignal) => Promise<T>,
      signal?: AbortSignal,
    ): Promise<T> {
      signal?.throwIfAborted();
      const known = results.get(key);
      if (known) return known.result;
      const shared = running.get(key) ?? start(key, work);
      shared.waiting++;
      try {
        return await abortable(shared.work, signal);
      } finally {
        shared.waiting--;
        if (shared.waiting === 0 && running.get(key) === shared) {
          running.delete(key);
          shared.controller.abort();
        }
      }
    },
    delete: (key: string): void => results.delete(key),
  };
}

/** `work`, or the signal's reason as soon as it is aborted; the work itself goes on. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
