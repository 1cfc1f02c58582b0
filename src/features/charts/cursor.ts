import { useSyncExternalStore } from 'react';
import { createFrameQueue, createFrameStore, type FrameStore } from './frame-store.ts';
import { createSight, type Sight } from './sight.ts';

/** Where the person points, on the x axis that all cards share; `null`: nowhere. */
export interface Cursor extends FrameStore<number | null> {
  /** What all cards show of that axis while it moves. */
  readonly sight: Sight;
}

/** Outside React's state: a move must not render every card, only what follows the cursor. */
export function createCursor(): Cursor {
  const queue = createFrameQueue();
  return { ...createFrameStore<number | null>(null, queue), sight: createSight(queue) };
}

/** @param pinned where it is held; `null`: it follows the pointer */
export function useCursor(cursor: Cursor, pinned: number | null): number | null {
  const pointed = useSyncExternalStore(cursor.subscribe, cursor.get);
  return pinned ?? pointed;
}
