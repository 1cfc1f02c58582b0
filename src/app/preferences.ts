import { useSyncExternalStore } from 'react';
import { LANGUAGES, type Language } from '#ui/language.ts';

const THEMES = ['system', 'light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

/** What a person chose for this browser. */
export interface Preferences {
  readonly theme: Theme;
  readonly language: Language;
  /** Whether the run list is out of the way. */
  readonly isListFolded: boolean;
}

const KEY = 'cairn.preferences';

const listeners = new Set<() => void>();
let current = readPreferences();

function readPreferences(): Preferences {
  const kept = readKept();
  return {
    theme: THEMES.find((theme) => theme === kept['theme']) ?? 'system',
    language: LANGUAGES.find((language) => language === kept['language']) ?? browserLanguage(),
    isListFolded: kept['isListFolded'] === true,
  };
}

/** Storage may be switched off, or hold what another version wrote. */
function readKept(): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

function browserLanguage(): Language {
  return navigator.languages[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Changes some of them, shows the change and keeps it. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  applyTheme();
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // They hold until the page is closed.
  }
  for (const listener of listeners) listener();
}

/** Puts the chosen theme on the document; `system` leaves it to the browser. */
export function applyTheme(): void {
  const { dataset } = document.documentElement;
  if (current.theme === 'system') delete dataset['theme'];
  else dataset['theme'] = current.theme;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
