/** Rows first appear after this, in milliseconds. */
const FIRST = 100;
const EVERY = 200;

/** A report takes at most one part in so many of the time. */
const SHARE = 10;

/**
 * Reports at once what is first worth it, then now and then, and more seldom when a report takes long.
 * What was last held back is not reported: whoever asked for it gives the end result itself.
 */
export function createThrottle(report: () => void): () => void {
  let due = performance.now() + FIRST;
  return () => {
    const now = performance.now();
    if (now < due) return;
    report();
    due = now + Math.max(EVERY, SHARE * (performance.now() - now));
  };
}
