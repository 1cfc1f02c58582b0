import { type RefCallback, useCallback, useState } from 'react';

/** Pixels before an element can be seen at which it counts as in sight, so that it is there when it is. */
const AHEAD = 300;

/**
 * Whether an element is in sight, or about to be.
 *
 * @param ahead how far from sight, in pixels; always the same for one element
 */
export function useInSight(
  ahead = AHEAD,
  isAtFirst = false,
): readonly [RefCallback<HTMLElement>, boolean] {
  const [isInSight, setInSight] = useState(isAtFirst);
  const ref = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return;
      return watch(element, ahead, setInSight);
    },
    [ahead],
  );
  return [ref, isInSight];
}

type Listener = (isInSight: boolean) => void;

interface Watch {
  readonly observer: IntersectionObserver;
  readonly listeners: Map<Element, Listener>;
}

/** One observer for all elements of a scroller: thousands of observers are slow. */
const watches = new Map<string, WeakMap<Element, Watch>>();

function watch(element: Element, ahead: number, listener: Listener): () => void {
  // Margins around the window do not reach into what scrolls by itself.
  const root = scrollerOf(element);
  const { observer, listeners } = watchOf(root, ahead);
  listeners.set(element, listener);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    listeners.delete(element);
  };
}

function watchOf(root: Element | null, ahead: number): Watch {
  const margin = `${ahead}px`;
  const byRoot = watches.get(margin) ?? new WeakMap<Element, Watch>();
  watches.set(margin, byRoot);
  const key = root ?? document.documentElement;
  const known = byRoot.get(key);
  if (known) return known;
  const listeners = new Map<Element, Listener>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { root, rootMargin: margin },
  );
  const made = { observer, listeners };
  byRoot.set(key, made);
  return made;
}

function scrollerOf(element: Element): Element | null {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return null;
}
