import { useCallback, useEffect, useState } from 'react';
import type { Listener } from './frame-store.ts';
import type { Range, Sight } from './sight.ts';

/**
 * What is in sight while it moves, and the listener by which this card hears of it: whoever moves the sight
 * names it, so that the card in hand is drawn first.
 */
export function useLive({ live }: Sight): readonly [Range | null, Listener] {
  const [range, setRange] = useState(live.get);
  const listener = useCallback(() => setRange(live.get()), [live]);
  useEffect(() => {
    // It may have moved between drawing and this.
    listener();
    return live.subscribe(listener);
  }, [live, listener]);
  return [range, listener];
}
