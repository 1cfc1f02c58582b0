import { numberFormats } from '#ui/format-number.ts';
import type { Language } from '#ui/language.ts';
import type { ResumeNote } from './resume-code.ts';
import { texts } from './strings.ts';

/** A note in a sentence. */
export function noteWords(note: ResumeNote, language: Language): string {
  const t = texts[language];
  switch (note.kind) {
    case 'relative-path':
    case 'no-weights':
    case 'torchscript':
    case 'bundle-prefix':
    case 'object-names':
      return t[note.kind];
    case 'stripped':
      return t.stripped(note.prefixes.join(', '));
    case 'safe-globals':
      return t['safe-globals'](note.names.join(', '));
    case 'unsafe-globals':
      return note.names.length > 0 ? t['unsafe-globals'](note.names.join(', ')) : t['unsafe-file'];
    case 'whole-object':
      return t['whole-object'](note.name);
    case 'absent':
      return t.absent(note.parts.map((part) => t[part]).join(t.and));
    case 'epoch':
      return t.epoch(numberFormats(language).step(note.value));
  }
}
