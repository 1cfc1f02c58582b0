import type { RunRemark, StateReason } from '#domain/run-state.ts';
import type { NumberFormats } from '#ui/format-number.ts';
import type { RunDetails } from '#workers/api.ts';
import type { Texts } from './strings.ts';

/** Where a run stands, in words: `diverged at step 400`. */
export function stateWords({ state, done }: RunDetails, t: Texts, formats: NumberFormats): string {
  if (state.kind === 'diverged' && state.step !== null)
    return t.divergedAt(formats.step(state.step));
  return done || state.kind === 'diverged' ? t[state.kind] : t.waiting;
}

/** By which rule that was told, with its numbers; `undefined`: there is nothing to say. */
export function reasonWords(
  reason: StateReason,
  t: Texts,
  { metric, duration }: NumberFormats,
): string | undefined {
  switch (reason.by) {
    case 'tracker':
      return t.byTracker(reason.status);
    case 'clock':
      return t.byClock(duration(reason.silent), duration(reason.interval));
    case 'nonfinite':
      return t.byNonfinite(reason.tag, metric(reason.value));
    case 'explosion':
      return t.byExplosion(reason.tag, metric(reason.times), metric(reason.best));
    case 'nothing':
      return undefined;
  }
}

export function remarkWords(remark: RunRemark, t: Texts, { step }: NumberFormats): string {
  switch (remark.kind) {
    case 'plateau':
      return t.plateau(remark.tag, step(remark.since));
    case 'overfitting':
      return t.overfitting(remark.tag, step(remark.since));
    case 'restarted':
      return t.restarted(step(remark.at), step(remark.until));
  }
}
