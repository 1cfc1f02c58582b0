import { useEffect, useState } from 'react';
import { onReaderDeath } from '#workers/reader.ts';

/** How often the reader has died and been started again, until that is dismissed. */
export function useReaderRestarts(): { readonly count: number; readonly dismiss: () => void } {
  const [count, setCount] = useState(0);
  useEffect(() => onReaderDeath(() => setCount((before) => before + 1)), []);
  return { count, dismiss: () => setCount(0) };
}
