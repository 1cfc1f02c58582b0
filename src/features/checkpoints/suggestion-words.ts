import { type NumberFormats, numberFormats } from '#ui/format-number.ts';
import type { Language } from '#ui/language.ts';
import { verdictStrings } from '#ui/VerdictBadge.tsx';
import { verdictReasons } from '#ui/verdict-words.ts';
import type { Suggestion } from '#workers/api.ts';
import { nameInRun } from './rows.ts';
import { texts } from './strings.ts';

/** Why a checkpoint is suggested: sentences. */
export interface SuggestionWords {
  readonly reason: string;
  /** That the run had lost its loss by then; `null` when it had not. */
  readonly diverged: string | null;
  /** Newer or better ones, and what is wrong with them. */
  readonly passedOver: readonly string[];
  /** What the framework itself would take. */
  readonly claims: readonly { readonly sentence: string; readonly agrees: boolean }[];
}

export function suggestionWords(suggestion: Suggestion, language: Language): SuggestionWords {
  const t = texts[language];
  const { kind, run, passedOver, claims, diverged } = suggestion;
  return {
    reason: reasonOf(suggestion, language),
    diverged:
      diverged === undefined || kind === 'before'
        ? null
        : t.diverged(numberFormats(language).step(diverged)),
    passedOver: passedOver.map(({ checkpoint, judgement }) => {
      const name = nameInRun(checkpoint, run);
      const verdict = verdictStrings[language][judgement.verdict];
      const [reason = ''] = verdictReasons(judgement, checkpoint, language);
      return kind === 'latest' || kind === 'before'
        ? t.newer(name, verdict, reason)
        : t.better(name, verdict, reason);
    }),
    claims: claims.map((claim) => claimWords(claim, run, language)),
  };
}

function claimWords(
  { file, says, target, checkpoint, agrees }: Suggestion['claims'][number],
  run: string,
  language: Language,
): SuggestionWords['claims'][number] {
  const t = texts[language];
  const name = nameInRun(file, run);
  const named = nameInRun(target, run);
  if (checkpoint === null) return { sentence: t.dangling(name, named), agrees: false };
  // `best.pth` and `last.ckpt` say it by their own names.
  const isOwn = file === target || file === checkpoint;
  const kind = says === 'latest' ? 'Latest' : 'Best';
  const claim = isOwn ? t[`own${kind}`](name) : t[`names${kind}`](name, named);
  return { sentence: t.claim(claim, agrees ? t.agrees : t.differs), agrees };
}

function reasonOf(suggestion: Suggestion, language: Language): string {
  const t = texts[language];
  const formats = numberFormats(language);
  const { metric, of } = suggestion;
  const place = placeOf(suggestion, language, formats);
  if (suggestion.kind === 'before') {
    return t.beforeDivergence(formats.step(suggestion.diverged ?? 0), place);
  }
  if (suggestion.kind === 'latest' || !metric) return t.newest(of, place);
  const value = formats.metric(metric.value);
  if (suggestion.kind === 'smoothed') return t.calmest(metric.tag, value, place);
  return (metric.lower ? t.lowest : t.highest)(of, metric.tag, value, place);
}

function placeOf(
  { epoch, step, checkpoint, run }: Suggestion,
  language: Language,
  formats: NumberFormats,
): string {
  const t = texts[language];
  const parts = [
    ...(epoch === null ? [] : [t.atEpoch(formats.step(epoch))]),
    ...(step === null ? [] : [t.atStep(formats.step(step))]),
  ];
  return parts.length > 0 ? parts.join(t.comma) : nameInRun(checkpoint, run);
}
