import { createContext, useContext } from 'react';

export const LANGUAGES = ['en', 'zh'] as const;

export type Language = (typeof LANGUAGES)[number];

/** BCP 47 tags: for `lang` attributes and everything in `Intl`. */
export const LOCALES: Record<Language, string> = { en: 'en-US', zh: 'zh-CN' };

export const LanguageContext = createContext<Language>('en');

/** The language of the screen. */
export function useLanguage(): Language {
  return useContext(LanguageContext);
}
