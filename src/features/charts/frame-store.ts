import { flushSync } from 'react-dom';

/** A value outside of React's state, for what changes with every frame. */
export interface FrameStore<Value> {
  readonly get: () => Value;
  /** @param first a listener that is to hear of it before all others: of the card under the pointer */
  readonly set: (value: Value, first?: Listener) => void;
  readonly subscribe: (listener: Listener) => () => void;
}

export type Listener = () => void;

/** Milliseconds of a frame that listeners may take; the rest of them wait for the next frame. */
const BUDGET = 7;

/** Calls listeners once a frame, as many as there is time for. */
export interface FrameQueue {
  readonly add: (listeners: Iterable<Listener>, first: Listener | undefined) => void;
  readonly remove: (listener: Listener) => void;
}

export function createFrameQueue(): FrameQueue {
  const waiting = new Set<Listener>();
  let urgent: Listener | undefined;
  let frame = 0;

  const run = () => {
    frame = 0;
    const start = performance.now();
    const order = [...(urgent && waiting.has(urgent) ? [urgent] : []), ...waiting];
    urgent = undefined;
    for (const listener of order) {
      // The card that is pointed at never waits; the others share what is left.
      if (!waiting.delete(listener)) continue;
      flushSync(listener);
      if (performance.now() - start > BUDGET) break;
    }
    if (waiting.size > 0) frame = requestAnimationFrame(run);
  };

  return {
    add(listeners, first) {
      for (const listener of listeners) waiting.add(listener);
      if (first) urgent = first;
      if (frame === 0 && waiting.size > 0) frame = requestAnimationFrame(run);
    },
    remove: (listener) => waiting.delete(listener),
  };
}

export function createFrameStore<Value>(initial: Value, queue: FrameQueue): FrameStore<Value> {
  const listeners = new Set<Listener>();
  let value = initial;
  return {
    get: () => value,
    set(next, first) {
      if (Object.is(next, value)) return;
      value = next;
      queue.add(listeners, first);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        queue.remove(listener);
      };
    },
  };
}
