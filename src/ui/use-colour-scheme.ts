import { useSyncExternalStore } from 'react';

/** Changes whenever colours do: with the chosen theme, and with the system's. */
export function useColourScheme(): string {
  return useSyncExternalStore(subscribe, currentScheme);
}

/** Styles are not computed anew for every drawing: that takes longer than to draw. */
let current: string | undefined;

function currentScheme(): string {
  current ??= getComputedStyle(document.documentElement).color;
  return current;
}

const QUERIES = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'];

function subscribe(listener: () => void): () => void {
  // It may have changed while nobody listened.
  current = undefined;
  const changed = () => {
    current = undefined;
    listener();
  };
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const lists = QUERIES.map((query) => matchMedia(query));
  for (const list of lists) list.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const list of lists) list.removeEventListener('change', changed);
  };
}
