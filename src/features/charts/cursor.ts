import { useSyncExternalStore } from 'react';

/** Where the person points, on the x axis that all cards share. */
export interface Cursor {
  /** `null`: nowhere. */
  readonly get: () => number | null;
  readonly set: (x: number | null) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Outside React's state: a move must not render every card, only what follows the cursor. */
export function createCursor(): Cursor {
  const listeners = new Set<() => void>();
  let x: number | null = null;
  return {
    get: () => x,
    set(next) {
      if (Object.is(next, x)) return;
      x = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useCursor(cursor: Cursor): number | null {
  return useSyncExternalStore(cursor.subscribe, cursor.get);
}
