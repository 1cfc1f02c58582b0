import type { Evaluation } from '#domain/evaluation.ts';
import { SCORE_NAMES, type ScoreName, type Task } from '#domain/scores.ts';
import { lossWords } from '#features/evaluate/result-words.ts';
import { numberFormats } from '#ui/format-number.ts';
import type { Language } from '#ui/language.ts';

/** In the table of checkpoints; the others stand in the table of all scores. The first one is the main one. */
const SHOWN: Readonly<Record<Task, readonly ScoreName[]>> = {
  'multi-class': ['accuracy', 'cross_entropy', 'f1_macro', 'roc_auc', 'ece'],
  binary: ['accuracy', 'cross_entropy', 'f1', 'roc_auc', 'ece'],
  'multi-label': ['accuracy', 'cross_entropy', 'f1_macro', 'roc_auc', 'hamming_loss'],
  regression: ['rmse', 'mae', 'r2'],
  'next-token': ['perplexity', 'cross_entropy', 'accuracy'],
};

export function shownScores(task: Task): readonly ScoreName[] {
  return SHOWN[task];
}

const LOWER: ReadonlySet<ScoreName> = new Set([
  'cross_entropy',
  'perplexity',
  'hamming_loss',
  'brier',
  'ece',
  'mae',
  'rmse',
]);

export function isLowerBetter(name: ScoreName): boolean {
  return LOWER.has(name);
}

const PERCENT: ReadonlySet<ScoreName> = new Set(['accuracy', 'top_5']);

/** As the field writes it: accuracies as a percentage, losses with the digits that comparing takes. */
export function scoreText(name: ScoreName, value: number, language: Language): string {
  const { percent, metric } = numberFormats(language);
  if (PERCENT.has(name)) return percent(value);
  return name === 'cross_entropy' ? lossWords(value, language) : metric(value);
}

/** Shorter, for intervals and axes. */
export function shortScore(name: ScoreName, value: number, language: Language): string {
  if (!Number.isFinite(value)) return scoreText(name, value, language);
  if (PERCENT.has(name)) return `${Number((value * 100).toPrecision(3))} %`;
  return numberFormats(language).metric(Number(value.toPrecision(3)));
}

/** A score of an evaluation: complete, or what is known of it so far. */
export function scoreOf(evaluation: Evaluation, name: ScoreName): number | null {
  const complete = evaluation.scores?.metrics[name];
  if (complete) return complete.value;
  if (evaluation.scores) return null;
  if (name === 'accuracy') return evaluation.accuracy;
  return name === 'cross_entropy' ? evaluation.loss : null;
}

/** Those that any of the evaluations has, in the order in which they are shown. */
export function scoresIn(evaluations: readonly Evaluation[]): readonly ScoreName[] {
  return SCORE_NAMES.filter((name) =>
    evaluations.some(({ scores }) => scores?.metrics[name] !== undefined),
  );
}

/** The best of those that are done; `null`: fewer than two have this score. */
export function bestOf(evaluations: readonly Evaluation[], name: ScoreName): number | null {
  const values = evaluations
    .filter(({ state }) => state === 'done')
    .map((evaluation) => scoreOf(evaluation, name))
    .filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (values.length < 2) return null;
  return isLowerBetter(name) ? Math.min(...values) : Math.max(...values);
}

/** Evaluations with scores, the best first. */
export function ranked(evaluations: readonly Evaluation[], name: ScoreName): readonly Evaluation[] {
  const height = (evaluation: Evaluation) => {
    const value = scoreOf(evaluation, name);
    if (value === null || Number.isNaN(value)) return Number.NEGATIVE_INFINITY;
    return isLowerBetter(name) ? -value : value;
  };
  return evaluations
    .filter(({ scores }) => scores !== undefined)
    .toSorted((a, b) => {
      const [x, y] = [height(a), height(b)];
      return x === y ? 0 : y - x;
    });
}
