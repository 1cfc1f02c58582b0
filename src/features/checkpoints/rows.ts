import { metricKind, orderMetrics } from '#domain/metric-kind.ts';
import type { CheckpointRef, Run } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import type { MetricAtCheckpoint, RunDetails } from '#workers/api.ts';

/** A row of the table, from the moment its name is known. */
export interface CheckpointRow {
  readonly ref: CheckpointRef;
  readonly run: string;
  /** `null`: not read yet. */
  readonly summary: CheckpointSummary | null;
  /** By tag, at its step. */
  readonly metrics: ReadonlyMap<string, number | null>;
}

/** What is known of one run. */
export interface RunRead {
  readonly run: Run;
  readonly details: RunDetails | undefined;
  /** By tag. */
  readonly metrics: ReadonlyMap<string, readonly MetricAtCheckpoint[]>;
}

/** A row for every checkpoint of some runs, read or not. */
export function checkpointRows(runs: readonly RunRead[]): readonly CheckpointRow[] {
  return runs.flatMap(rowsOfRun);
}

function rowsOfRun({ run, details, metrics }: RunRead): readonly CheckpointRow[] {
  const summaries = new Map(details?.checkpoints.map((summary) => [summary.ref.path, summary]));
  const values = [...metrics].map(
    ([tag, points]) =>
      [tag, new Map(points.map(({ checkpoint, value }) => [checkpoint, value]))] as const,
  );
  // The reader may know of checkpoints that the listing did not: folders, and what pointers name.
  const listed = new Map(run.checkpoints.map((ref) => [ref.path, ref]));
  for (const { ref } of summaries.values()) listed.set(ref.path, ref);
  return [...listed.values()].map((ref) => ({
    ref,
    run: run.path,
    summary: summaries.get(ref.path) ?? null,
    metrics: new Map(values.map(([tag, byPath]) => [tag, byPath.get(ref.path) ?? null])),
  }));
}

/** Its path from the directory of its run: short, and unique in it. */
export function nameInRun(path: string, run: string): string {
  return run !== '' && path.startsWith(`${run}/`) ? path.slice(run.length + 1) : path;
}

/** Whether it decides which checkpoint is good: a loss, an accuracy or another score. */
function decides(tag: string): boolean {
  return metricKind(tag).better !== null;
}

/** Metrics of some runs: those that decide first, those that most runs have before others. */
export function metricTags(runs: readonly RunDetails[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of runs)
    for (const { tag } of metrics) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const weight = (tag: string) => (decides(tag) ? runs.length : 0) + (counts.get(tag) ?? 0);
  return orderMetrics([...counts.keys()]).sort((a, b) => weight(b) - weight(a));
}

/** Columns that are there unless a person chooses others. */
const USUAL_COLUMNS = 2;

/**
 * The metrics that get a column of their own.
 *
 * @param tags the main ones first
 * @param best the one that "best" is by
 */
export function metricColumns(
  tags: readonly string[],
  chosen: readonly string[] | null,
  best: string | null,
): readonly string[] {
  if (chosen) return chosen;
  const first = best !== null && tags.includes(best) ? [best] : [];
  const main = tags.filter((tag) => tag !== best && decides(tag));
  return [...first, ...main].slice(0, USUAL_COLUMNS);
}

/** What its format is called, where it is known. */
export function titleOf({ title, judgement }: CheckpointSummary): string {
  if (title !== '') return title;
  const problem = judgement.defects[0]?.problem;
  return problem?.kind === 'unsupported' ? problem.feature : '';
}
