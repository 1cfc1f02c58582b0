import { useCallback, useSyncExternalStore } from 'react';

const PREFIX = 'cairn.remembered.';

const listeners = new Set<() => void>();

/** Parsed values by the text they were parsed from: what has not changed stays the same object. */
const parsed = new Map<string, { text: string | null; value: unknown }>();

/**
 * What a person chose in a directory, kept in this browser.
 *
 * @param name of what it is and of the directory: `colours.` and `OpenedDirectory.key`
 * @param parse of what was kept, which another version may have written; `undefined`: nothing was.
 * Always the same function for one name.
 */
export function useRemembered<T>(
  name: string,
  parse: (kept: unknown) => T,
): readonly [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribe, () => read(name, parse));
  const remember = useCallback((next: T) => write(name, next), [name]);
  return [value, remember];
}

function read<T>(name: string, parse: (kept: unknown) => T): T {
  const text = readText(name);
  const known = parsed.get(name);
  if (known && known.text === text) return known.value as T;
  const value = parse(parseText(text));
  parsed.set(name, { text, value });
  return value;
}

/** Without storage, what was chosen holds until the page is closed. */
const unstored = new Map<string, string>();

function readText(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name) ?? unstored.get(name) ?? null;
  } catch {
    return unstored.get(name) ?? null;
  }
}

function parseText(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function write(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    unstored.set(name, text);
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}
