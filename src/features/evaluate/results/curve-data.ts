import type { Evaluation } from '#domain/evaluation.ts';
import type { MetricKind } from '#domain/metric-kind.ts';
import type { ScoreName } from '#domain/scores.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import type { Line } from '#workers/api.ts';
import { scoreOf } from './score-names.ts';

/** A checkpoint on the curve of its evaluated score. */
export interface CurvePoint {
  readonly checkpoint: string;
  readonly run: string;
  /** Step, or epoch. */
  readonly x: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** What was logged at its step; `null`: nothing. */
  readonly logged: number | null;
}

export interface CurveData {
  readonly points: readonly CurvePoint[];
  /** Evaluated ones that have neither a step nor an epoch. */
  readonly unplaced: readonly string[];
  readonly unit: 'step' | 'epoch';
  /** Whether `x` is measured as the logged curve is. */
  readonly isOnLog: boolean;
}

/** A checkpoint of which something is known. */
export interface Placed {
  readonly path: string;
  readonly run: string;
  readonly summary: CheckpointSummary | null;
}

/** Where each evaluated checkpoint stands: where its log places it, else at its own step or epoch. */
export function curveData(
  evaluations: readonly Evaluation[],
  name: ScoreName,
  {
    candidates,
    lines,
  }: { readonly candidates: readonly Placed[]; readonly lines: readonly Line[] },
): CurveData {
  const marks = new Map(
    lines.flatMap(({ marks: all }) => all.map((mark) => [mark.checkpoint, mark] as const)),
  );
  const known = new Map(candidates.map((candidate) => [candidate.path, candidate]));
  const shown = evaluations.filter((one) => Number.isFinite(scoreOf(one, name) ?? Number.NaN));
  const hasSteps = shown.every(
    ({ checkpoint }) =>
      marks.has(checkpoint) ||
      known.get(checkpoint)?.summary?.step !== null ||
      isVirtual(known.get(checkpoint)),
  );
  const unit = hasSteps ? 'step' : 'epoch';
  const points: CurvePoint[] = [];
  const unplaced: string[] = [];
  for (const evaluation of shown) {
    const { checkpoint, scores } = evaluation;
    const candidate = known.get(checkpoint);
    const own = candidate?.summary?.[unit]?.value;
    const x = (hasSteps ? marks.get(checkpoint)?.x : undefined) ?? own;
    if (x === undefined) {
      unplaced.push(checkpoint);
      continue;
    }
    const { low = null, high = null } = scores?.metrics[name] ?? {};
    points.push({
      checkpoint,
      run: candidate?.run ?? '',
      x,
      value: scoreOf(evaluation, name) ?? Number.NaN,
      low,
      high,
      logged: marks.get(checkpoint)?.y ?? null,
    });
  }
  points.sort((a, b) => a.x - b.x);
  // A log that counts nothing but epochs has them as its steps.
  const placed = points.flatMap(({ checkpoint }) => marks.get(checkpoint) ?? []);
  const isByEpoch = placed.length > 0 && placed.every(({ step }) => step === null);
  return { points, unplaced, unit: isByEpoch ? 'epoch' : unit, isOnLog: hasSteps };
}

function isVirtual(candidate: Placed | undefined): boolean {
  return candidate !== undefined && candidate.run === '';
}

/** Of held-out examples first: these are what an evaluation is compared with. */
const SPLITS: readonly MetricKind['split'][] = ['validation', 'test', null, 'train'];

/** The logged metric that says the same as a score; `null`: none does. */
export function likeLogged(
  name: ScoreName,
  tags: readonly string[],
  kindOf: (tag: string) => MetricKind,
): string | null {
  const fits = (tag: string) => {
    const { measures } = kindOf(tag);
    if (name === 'accuracy') return measures === 'accuracy' && !/top.?[35]|acc5/i.test(tag);
    if (name === 'cross_entropy') return measures === 'loss';
    return tag
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .includes(name.replaceAll('_', ''));
  };
  const found = tags.filter(fits);
  for (const split of SPLITS) {
    const tag = found.find((one) => kindOf(one).split === split);
    if (tag !== undefined) return tag;
  }
  return null;
}

/** Accuracies are parts of one here; logs may have them in percent. */
export function loggedFactor(name: ScoreName, lines: readonly Line[]): number {
  const isPart = name === 'accuracy' || name === 'top_5';
  return isPart && lines.some(({ y }) => y.some((value) => value > 1.5)) ? 0.01 : 1;
}
