import type { Evaluation, EvaluationPlan, FileVersion } from '#domain/evaluation.ts';
import type { EvaluationRun } from './evaluation-run.ts';

/** What a plan asks of each checkpoint, whatever the others are. */
function askedOf(plan: EvaluationPlan, checkpoint: string): string {
  const { checkpoints: _, virtual, fresh: __, directory: ___, ...rest } = plan;
  return canonical({ ...rest, checkpoint, average: virtual?.[checkpoint] });
}

/** The same text for the same value, in whatever order it was written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * A run made of results that were kept: those of this plan, as far as there are any; without a plan, or
 * where there are none, those of the plan that was computed last.
 *
 * @param kept newest first
 */
export function restoredRun(
  directory: string,
  plan: EvaluationPlan | null,
  kept: readonly Evaluation[],
): EvaluationRun | null {
  const asked = plan?.checkpoints.map((checkpoint) => askedOf(plan, checkpoint)) ?? [];
  const known = new Map<string, Evaluation>();
  for (const evaluation of kept) {
    if (!evaluation.provenance) continue;
    const key = askedOf(evaluation.provenance.plan, evaluation.checkpoint);
    if (!known.has(key)) known.set(key, evaluation);
  }
  const found = asked.flatMap((key) => known.get(key) ?? []);
  if (plan && found.length > 0) return runOf(directory, plan, found);
  return latestRun(directory, [...known.values()]);
}

/** Results that differ from the newest in nothing but the checkpoint. */
function latestRun(directory: string, kept: readonly Evaluation[]): EvaluationRun | null {
  const plan = kept[0]?.provenance?.plan;
  if (!plan) return null;
  const key = askedOf({ ...plan, virtual: undefined }, '');
  const same = kept.filter(
    ({ provenance }) =>
      provenance && askedOf({ ...provenance.plan, virtual: undefined }, '') === key,
  );
  return runOf(directory, { ...plan, checkpoints: same.map(({ checkpoint }) => checkpoint) }, same);
}

function runOf(
  directory: string,
  plan: EvaluationPlan,
  evaluations: readonly Evaluation[],
): EvaluationRun {
  return {
    directory,
    plan,
    state: 'done',
    evaluations: evaluations.map((one) => ({ ...one, isKept: true })),
    progress: null,
    error: null,
  };
}

/** All files that a result depends on, as they were. */
export function filesOf({ provenance }: Evaluation): readonly FileVersion[] {
  if (!provenance) return [];
  const { graph, checkpoints, dataset } = provenance;
  return [...(graph ? [graph] : []), ...checkpoints, dataset];
}

/** Keys of results whose files are not what they were. */
export function staleKeys(
  evaluations: readonly Evaluation[],
  present: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  const isStale = (evaluation: Evaluation) =>
    filesOf(evaluation).some(
      ({ path, version }) => present[path] !== undefined && present[path] !== version,
    );
  return new Set(evaluations.filter(isStale).flatMap(({ key }) => key ?? []));
}
