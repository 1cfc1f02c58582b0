import { type ReactNode, useEffect } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { type Language, LanguageContext, LOCALES } from './language.ts';

export interface LanguageProviderProps {
  readonly language: Language;
  readonly children: ReactNode;
}

/** Sets the language of all below: our strings, those of the controls, and `lang` of the document. */
export function LanguageProvider({ language, children }: LanguageProviderProps) {
  useEffect(() => {
    document.documentElement.lang = LOCALES[language];
  }, [language]);
  return (
    <I18nProvider locale={LOCALES[language]}>
      <LanguageContext value={language}>{children}</LanguageContext>
    </I18nProvider>
  );
}
