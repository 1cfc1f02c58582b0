import { type Language, useLanguage } from './language.ts';

/** Texts, and functions of parameters that give a text. */
type Entries = Readonly<Record<string, string | ((...parameters: never[]) => string)>>;

/** What a part of the screen says, in every language. */
export type Dictionary<Texts extends Entries> = Readonly<Record<Language, Texts>>;

/** Texts in English and Chinese; a key or a parameter that only one has does not compile. */
export function defineStrings<Texts extends Entries>(texts: {
  readonly en: Texts;
  readonly zh: NoInfer<Texts>;
}): Dictionary<Texts> {
  return texts;
}

/** The texts in the language of the screen. */
export function useStrings<Texts extends Entries>(dictionary: Dictionary<Texts>): Texts {
  return dictionary[useLanguage()];
}
