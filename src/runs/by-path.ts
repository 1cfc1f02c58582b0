const collator = new Intl.Collator('en', { numeric: true });

/** In the order people number things: `epoch_9` before `epoch_10`. */
export function byPath(a: string, b: string): number {
  return collator.compare(a, b);
}
