import { useSyncExternalStore } from 'react';

/** Changes whenever colours do: with the chosen theme, and with the system's. */
export function useColourScheme(): string {
  return useSyncExternalStore(subscribe, () => getComputedStyle(document.documentElement).color);
}

const QUERIES = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'];

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const lists = QUERIES.map((query) => matchMedia(query));
  for (const list of lists) list.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    for (const list of lists) list.removeEventListener('change', listener);
  };
}
