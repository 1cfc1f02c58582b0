import type { Evaluation } from './evaluation.ts';
import type { ScoreName, Task } from './scores.ts';

/** One score of several checkpoints, computed in the same way on the same data: they can be compared. */
export interface KeptScore {
  readonly score: ScoreName;
  /** Path of the data set. */
  readonly dataset: string;
  readonly better: 'lower' | 'higher';
  /** By `CheckpointRef.path`. */
  readonly values: ReadonlyMap<string, number>;
}

/** What a task is mostly judged by. */
const MAIN: Readonly<Record<Task, ScoreName>> = {
  'multi-class': 'accuracy',
  binary: 'accuracy',
  'multi-label': 'accuracy',
  regression: 'rmse',
  'next-token': 'perplexity',
};

/** More columns would crowd out what was logged. */
const MOST = 3;

/**
 * The main scores that were computed last, one for each data set. Results of other settings than the last
 * are left out: another scaling is another score.
 *
 * @param kept newest first, of files as they are now
 */
export function keptScores(kept: readonly Evaluation[]): readonly KeptScore[] {
  const found = new Map<string, { readonly asked: string; readonly score: KeptScore }>();
  const values = new Map<string, Map<string, number>>();
  for (const { checkpoint, state, scores, provenance } of kept) {
    if (state !== 'done' || !scores || !provenance) continue;
    const score = MAIN[scores.task];
    const value = scores.metrics[score]?.value;
    const { dataset, inputs, label, targets, image, scaling, task, output } = provenance.plan;
    if (value === undefined) continue;
    const asked = JSON.stringify([inputs, label, targets, image, scaling, task, output]);
    const own = values.get(dataset) ?? new Map<string, number>();
    const better = score === 'accuracy' ? 'higher' : 'lower';
    const last = found.get(dataset) ?? { asked, score: { score, dataset, better, values: own } };
    if (last.asked !== asked) continue;
    found.set(dataset, last);
    values.set(dataset, own);
    if (!own.has(checkpoint)) own.set(checkpoint, value);
  }
  return [...found.values()].slice(0, MOST).map(({ score }) => score);
}

/** The best of some checkpoints; `null`: none of them has it. */
export function bestKept({ values, better }: KeptScore, checkpoints: readonly string[]) {
  const own = checkpoints
    .map((path) => values.get(path))
    .filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (own.length === 0) return null;
  return better === 'higher' ? Math.max(...own) : Math.min(...own);
}
