import { expect, it } from 'vitest';
import { defineStrings } from './strings.ts';

it('has every text in both languages', () => {
  const texts = defineStrings({
    en: { title: 'Runs', found: (count: number) => `${count} runs` },
    zh: { title: '训练', found: (count) => `${count} 次训练` },
  });
  expect([texts.en.title, texts.zh.title, texts.zh.found(3)]).toEqual(['Runs', '训练', '3 次训练']);
});

it('does not compile when a text is missing, extra or takes other parameters', () => {
  // @ts-expect-error: `title` is missing
  defineStrings({ en: { title: 'Runs' }, zh: {} });
  // @ts-expect-error: `more` is not in English
  defineStrings({ en: { title: 'Runs' }, zh: { title: '训练', more: '' } });
  defineStrings({
    en: { found: (count: number) => `${count}` },
    // @ts-expect-error: another parameter
    zh: { found: (name: string) => name },
  });
});
