import type { RunRemark, RunState, StateReason } from '#domain/run-state.ts';
import { type NumberFormats, numberFormats } from './format-number.ts';
import type { Language } from './language.ts';
import { defineStrings } from './strings.ts';

const texts = defineStrings({
  en: {
    running: 'running',
    finished: 'finished',
    failed: 'failed',
    diverged: 'diverged',
    divergedAt: (step: string) => `diverged at step ${step}`,
    stalled: (silent: string) => `stalled for ${silent}`,
    days: (count: string) => `${count} days`,
    empty: 'no log',
    tracker: (status: string, file: string) => `Its tracker says “${status}” (${file})`,
    clock: (silent: string, interval: string) =>
      `Last logged ${silent} ago, usually every ${interval}`,
    changed: (silent: string) => `Its log changed ${silent} ago`,
    nonfinite: (tag: string, value: string) => `${tag} ends in ${value}`,
    explosion: (tag: string, times: string, best: string) =>
      `${tag} stays at ${times} times its best (${best}) or more`,
    plateau: (step: string) => `plateau since step ${step}`,
    plateauRule: (tag: string, points: string, change: string) =>
      `${tag}: in ${points} points the best moved by less than ${change} of its whole gain`,
    overfitting: (step: string) => `overfitting since step ${step}`,
    overfittingRule: (tag: string, best: string, now: string) =>
      `${tag} rose from ${best} to ${now} while the training loss fell`,
    restarted: (at: string, until: string) => `restarted: steps ${at} to ${until} logged again`,
  },
  zh: {
    running: '运行中',
    finished: '已结束',
    failed: '失败',
    diverged: '已发散',
    divergedAt: (step) => `在第 ${step} 步发散`,
    stalled: (silent) => `已停滞 ${silent}`,
    days: (count) => `${count} 天`,
    empty: '无日志',
    tracker: (status, file) => `跟踪工具记录为“${status}”（${file}）`,
    clock: (silent, interval) => `最近一次记录在 ${silent}前，通常每 ${interval}记录一次`,
    changed: (silent) => `日志在 ${silent}前有变化`,
    nonfinite: (tag, value) => `${tag} 以 ${value} 结束`,
    explosion: (tag, times, best) => `${tag} 一直不低于其最优值（${best}）的 ${times} 倍`,
    plateau: (step) => `自第 ${step} 步起停滞不前`,
    plateauRule: (tag, points, change) =>
      `${tag}：${points} 个点内，最优值的变化不到总改善的 ${change}`,
    overfitting: (step) => `自第 ${step} 步起过拟合`,
    overfittingRule: (tag, best, now) => `${tag} 从 ${best} 升至 ${now}，而训练损失仍在下降`,
    restarted: (at, until) => `曾重启：第 ${at} 至 ${until} 步重新记录`,
  },
});

type Texts = (typeof texts)['en'];

/** Words, and the rule by which they were found, with its numbers; `''` where there is none to tell. */
export interface StateWords {
  readonly words: string;
  readonly rule: string;
}

/** Where a run stands: `diverged at step 400`. */
export function runStateWords({ kind, step, reason }: RunState, language: Language): StateWords {
  const t = texts[language];
  const formats = numberFormats(language);
  const rule = ruleOf(reason, t, formats);
  if (kind === 'diverged' && step !== null)
    return { words: t.divergedAt(formats.step(step)), rule };
  if (kind !== 'stalled') return { words: t[kind], rule };
  return {
    words: t.stalled(silenceOf(reason.by === 'clock' ? reason.silent : 0, t, formats)),
    rule,
  };
}

const DAY = 86_400;

/** Hours no longer tell much where it was days. */
function silenceOf(seconds: number, t: Texts, { count, duration }: NumberFormats): string {
  return seconds < 3 * DAY ? duration(seconds) : t.days(count(Math.floor(seconds / DAY)));
}

function ruleOf(reason: StateReason, t: Texts, formats: NumberFormats): string {
  const { metric } = formats;
  switch (reason.by) {
    case 'tracker':
      return t.tracker(reason.status, reason.file ?? '?');
    case 'clock':
      return reason.interval > 0
        ? t.clock(silenceOf(reason.silent, t, formats), formats.duration(reason.interval))
        : t.changed(silenceOf(reason.silent, t, formats));
    case 'nonfinite':
      return t.nonfinite(reason.tag, metric(reason.value));
    case 'explosion':
      return t.explosion(reason.tag, metric(reason.times), metric(reason.best));
    case 'nothing':
      return '';
  }
}

/** A quiet notice beside the state: `overfitting since step 400`. */
export function remarkWords(remark: RunRemark, language: Language): StateWords {
  const t = texts[language];
  const { step, metric, count, percent } = numberFormats(language);
  switch (remark.kind) {
    case 'plateau':
      return {
        words: t.plateau(step(remark.since)),
        rule: t.plateauRule(remark.tag, count(remark.points), percent(remark.change)),
      };
    case 'overfitting':
      return {
        words: t.overfitting(step(remark.since)),
        rule: t.overfittingRule(remark.tag, metric(remark.best), metric(remark.now)),
      };
    case 'restarted':
      return { words: t.restarted(step(remark.at), step(remark.until)), rule: '' };
  }
}
