import { type RefCallback, useCallback, useState } from 'react';

/** Begins a little before it can be seen, so that it is there when it is. */
const AHEAD = '300px';

/** Whether an element is in sight, or about to be. */
export function useInSight(): readonly [RefCallback<HTMLElement>, boolean] {
  const [isInSight, setInSight] = useState(false);
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => setInSight(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, isInSight];
}
