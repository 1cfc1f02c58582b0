/** Lets at most `size` tasks run at a time; the others wait their turn. */
export function createLimit(size: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  function leave(): void {
    running--;
    waiting.shift()?.();
  }

  return async <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (running >= size) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      signal?.throwIfAborted();
      return await task();
    } finally {
      leave();
    }
  };
}

export type Limit = ReturnType<typeof createLimit>;
