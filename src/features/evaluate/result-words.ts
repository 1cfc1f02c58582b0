import type { EvaluationNote } from '#domain/evaluation.ts';
import { numberFormats } from '#ui/format-number.ts';
import type { Language } from '#ui/language.ts';
import { resultTexts } from './result-strings.ts';
import { texts } from './strings.ts';
import { shapeWords } from './words.ts';

/** What happened during an evaluation, in a sentence. */
export function evaluationNoteWords(note: EvaluationNote, language: Language): string {
  const t = { ...texts[language], ...resultTexts[language] };
  const { count, bytes } = numberFormats(language);
  switch (note.code) {
    case 'backend-failed':
      return t['backend-failed'](t[note.backend], note.why);
    case 'software-adapter':
      return t['software-adapter'](note.device);
    case 'reshaped':
      return t.reshapedInput(note.column, shapeWords(note.from), shapeWords(note.to));
    case 'transposed':
      return t.transposed(note.column, shapeWords(note.from), shapeWords(note.to));
    case 'batch-reduced':
      return t['batch-reduced'](count(note.from), note.value, bytes(note.bytes), bytes(note.limit));
    case 'batch-fixed':
      return t['batch-fixed'](count(note.size));
    case 'nonfinite-weights':
      return t['nonfinite-weights'](
        note.checkpoint,
        note.tensor,
        count(note.count),
        t[note.backend],
      );
    case 'parity-skipped':
      return t['parity-skipped'](t[note.backend], note.why);
    case 'one-output':
      return t['one-output'](note.output, count(note.of));
    case 'binary':
      return t.binary(note.output);
    case 'device-lost':
      return t['device-lost'](t[note.backend], t[note.to], note.why);
    case 'batch-halved':
      return t['batch-halved'](count(note.from), count(note.to), note.why);
    case 'input-filled':
      return t['input-filled'](note.input, note.by);
    case 'shifted':
      return t.shifted(note.column);
    case 'ignored':
      return t.ignored(count(note.places), count(note.of));
    case 'not-kept':
      return t['not-kept'](note.why);
  }
}

/**
 * A loss with the digits that comparing with a framework takes: six after the point, or an exponent
 * where those would all be zeros.
 */
export function lossWords(loss: number, language: Language): string {
  const size = Math.abs(loss);
  if (!Number.isFinite(loss) || size >= 1e6 || (size < 1e-3 && size > 0)) {
    return numberFormats(language).metric(loss);
  }
  return loss.toFixed(6);
}

/** A difference between backends: `2e-7`, and `0` where there is none. */
export function differenceWords(difference: number): string {
  if (difference === 0) return '0';
  return Number.isFinite(difference)
    ? difference.toExponential(0).replace('e+', 'e')
    : numberFormats('en').metric(difference);
}
