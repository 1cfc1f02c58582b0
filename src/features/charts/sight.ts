import { useEffect, useSyncExternalStore } from 'react';
import {
  createFrameStore,
  type FrameQueue,
  type FrameStore,
  type Listener,
} from './frame-store.ts';
import { shortRange } from './scale.ts';

export type Range = readonly [number, number];

/** What is in sight of the x axis while a person pans or zooms; when that rests, the view has it. */
export interface Sight {
  /** `null`: it rests. */
  readonly live: FrameStore<Range | null>;
  /** What lines are asked for meanwhile: it follows `live`, but not on every frame. `null`: it rests. */
  readonly asked: FrameStore<Asked | null>;
  /**
   * @param onRest called with the range, short enough for a URL, when nothing has moved for a while
   * @param first the listener of the card that is moved
   */
  readonly move: (range: Range, onRest: (range: Range) => void, first?: Listener) => void;
  /** The view has got another range: what moved is over, unless it has gone on since. */
  readonly follow: (range: Range | null) => void;
  /** All there is on an axis, as far as any card knows; `null`: not known. */
  readonly whole: (axis: string) => Range | null;
  readonly learn: (axis: string, range: Range) => void;
}

export interface Asked {
  readonly range: Range;
  /** It has come to rest. */
  readonly isLast: boolean;
}

/** Milliseconds without a move after which the view takes the range. */
const REST = 180;

/** Milliseconds between two requests for lines while it moves. */
const PACE = 200;

export function createSight(queue: FrameQueue): Sight {
  const live = createFrameStore<Range | null>(null, queue);
  const asked = createFrameStore<Asked | null>(null, queue);
  const wholes = new Map<string, Range>();
  let resting: ReturnType<typeof setTimeout> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  /** What was handed to the view last. */
  let handed: Range | null = null;

  const stop = () => {
    clearTimeout(resting);
    live.set(null);
    asked.set(null);
    handed = null;
  };
  return {
    live,
    asked,
    move(range, onRest, first) {
      live.set(range, first);
      const now = performance.now();
      if (now - askedAt > PACE) {
        askedAt = now;
        asked.set({ range: shortRange(...range), isLast: false });
      }
      clearTimeout(resting);
      resting = setTimeout(() => {
        handed = shortRange(...range);
        asked.set({ range: handed, isLast: true });
        onRest(handed);
      }, REST);
    },
    follow(range) {
      const moved = live.get();
      if (!moved) return;
      const isOurs = handed && range && isSame(handed, range);
      if (isOurs && !isSame(shortRange(...moved), handed as Range)) return;
      stop();
    },
    whole: (axis) => wholes.get(axis) ?? null,
    learn(axis, [from, to]) {
      const known = wholes.get(axis);
      wholes.set(axis, known ? [Math.min(known[0], from), Math.max(known[1], to)] : [from, to]);
    },
  };
}

export function isSame(a: Range, b: Range): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Of what is in sight, so much must be held, or even much is asked for before it rests. */
const LEAST_HELD = 0.5;

/**
 * What lines to ask for.
 *
 * @param heavy what is held of lines that take long to come; `null` for those that do not: they follow the move
 */
export function useAsked(
  { asked, follow }: Sight,
  range: Range | null,
  heavy: Range | null = null,
): Range | null {
  const moving = useSyncExternalStore(asked.subscribe, asked.get);
  const [from, to] = range ?? [null, null];
  useEffect(() => {
    follow(from !== null && to !== null ? [from, to] : null);
  }, [follow, from, to]);
  if (!moving || (heavy && !moving.isLast && isHeld(heavy, moving.range))) return range;
  return moving.range;
}

function isHeld(held: Range, [from, to]: Range): boolean {
  return Math.min(held[1], to) - Math.max(held[0], from) > LEAST_HELD * (to - from);
}
