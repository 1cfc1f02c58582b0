import { useEffect, useEffectEvent } from 'react';

/** Tells the page what is brushed: at the start, and whenever the set is another one. */
export function useBrushed(
  runs: ReadonlySet<string> | null,
  onBrush: (runs: ReadonlySet<string> | null) => void,
): void {
  const tell = useEffectEvent(onBrush);
  useEffect(() => tell(runs), [runs]);
  // The brush goes with the picture it was drawn on.
  useEffect(() => () => tell(null), []);
}
