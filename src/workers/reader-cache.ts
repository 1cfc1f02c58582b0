interface Entry<T> {
  readonly controller: AbortController;
  readonly work: Promise<T>;
  waiting: number;
  done: boolean;
}

/**
 * Results by key, computed once however many ask at the same time. Work that nobody waits for any more
 * is aborted; work that failed is done again for the next who asks.
 *
 * @param size results kept; those not asked for the longest go first
 */
export function createCache<T>(size: number) {
  const entries = new Map<string, Entry<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Entry<T> {
    const controller = new AbortController();
    const entry: Entry<T> = {
      controller,
      work: work(controller.signal),
      waiting: 0,
      done: false,
    };
    const settle = () => {
      entry.done = true;
    };
    entry.work.then(settle, () => {
      settle();
      if (entries.get(key) === entry) entries.delete(key);
    });
    return entry;
  }

  function trim(): void {
    for (const [key, { done, waiting }] of entries) {
      if (entries.size <= size) return;
      if (done && waiting === 0) entries.delete(key);
    }
  }

  return {
    async get(
      key: string,
      work: (signal: AbortSignal) => Promise<T>,
      signal?: AbortSignal,
    ): Promise<T> {
      signal?.throwIfAborted();
      const entry = entries.get(key) ?? start(key, work);
      entries.delete(key);
      entries.set(key, entry);
      entry.waiting++;
      try {
        return await abortable(entry.work, signal);
      } finally {
        entry.waiting--;
        if (entry.waiting === 0 && !entry.done) {
          entry.controller.abort();
          if (entries.get(key) === entry) entries.delete(key);
        }
        trim();
      }
    },
    delete: (key: string): boolean => entries.delete(key),
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
