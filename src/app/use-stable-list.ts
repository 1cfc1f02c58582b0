import { useState } from 'react';

/** The list that was given before, as long as its items are the same. */
export function useStableList<Item>(list: readonly Item[]): readonly Item[] {
  const [kept, setKept] = useState(list);
  if (kept === list) return kept;
  const isSame = kept.length === list.length && kept.every((item, i) => Object.is(item, list[i]));
  if (isSame) return kept;
  setKept(list);
  return list;
}
