/**
 * Values by key, of which those that were not used for the longest go when all together weigh more than
 * `limit`. The one set last always stays.
 */
export function createLru<T>(limit: number, weigh: (value: T) => number) {
  const entries = new Map<string, { readonly value: T; readonly weight: number }>();
  let total = 0;

  function remove(key: string): void {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  }

  return {
    get(key: string): T | undefined {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key: string, value: T): void {
      remove(key);
      const weight = weigh(value);
      entries.set(key, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= limit || oldest === key) return;
        remove(oldest);
      }
    },
    delete: remove,
  };
}

export type Lru<T> = ReturnType<typeof createLru<T>>;
