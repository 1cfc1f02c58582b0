import type { Evaluation } from '#domain/evaluation.ts';
import type { EvaluateView } from '#features/evaluate/view.ts';
import { ranked, shownScores } from './score-names.ts';

/** Two checkpoints, the better one second, unless a person says otherwise. */
export function comparisonSides(
  complete: readonly Evaluation[],
  { of, against }: Pick<EvaluateView, 'of' | 'against'>,
): readonly [first: Evaluation | undefined, second: Evaluation | undefined] {
  const task = complete[0]?.scores?.task ?? 'multi-class';
  const best = ranked(complete, shownScores(task)[0] ?? 'accuracy');
  const named = (name: string | null) => complete.find(({ checkpoint }) => checkpoint === name);
  const second = named(of) ?? best.find(({ checkpoint }) => checkpoint !== against);
  const first =
    (against === second?.checkpoint ? undefined : named(against)) ??
    best.find((one) => one !== second);
  return [first, second];
}

/** A difference with its sign: `+0.0125`, `−0.3`. */
export function differenceText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const size = Math.abs(value);
  const digits =
    size !== 0 && size < 1e-4 ? size.toExponential(2) : String(Number(size.toPrecision(3)));
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '−'}${Number.isFinite(size) ? digits : '∞'}`;
}
