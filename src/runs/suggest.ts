import type { Suggestion } from '#domain/advice.ts';
import { metricKind, orderMetrics } from '#domain/metric-kind.ts';
import type { PointerClaim } from '#domain/run.ts';
import { smooth } from '#domain/smooth.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';
import { baseOf } from '#io/path.ts';
import { positionOn, stepOf, valueAt } from './at-checkpoint.ts';
import type { EpochClock } from './clock.ts';
import { explosionOf } from './explosion.ts';
import { findSeries, type RunSeries } from './run-series.ts';
import { divergenceOf } from './run-state.ts';

export interface SuggestionRequest {
  readonly run: string;
  readonly checkpoints: readonly CheckpointSummary[];
  readonly series: readonly RunSeries[];
  readonly clock: EpochClock;
  readonly claims: readonly PointerClaim[];
  /** Tag to choose by; `null`: the most telling one. */
  readonly metric: string | null;
  /** Whether less is better; `null`: as its name says. */
  readonly lower: boolean | null;
}

/**
 * What to go on from: the latest checkpoint that can be used, the best by a metric, the best by its smoothed
 * curve where that is another, and the last before the run diverged where it did.
 */
export function suggest(request: SuggestionRequest): Suggestion[] {
  const chosen = best(request);
  const calm = smoothed(request);
  const isOther = calm !== null && calm.checkpoint !== chosen?.checkpoint;
  return [before(request), latest(request), chosen, isOther ? calm : null].filter(
    (one) => one !== null,
  );
}

/** The last checkpoint that can be used of those saved before the run diverged. */
function before(request: SuggestionRequest): Suggestion | null {
  const lost = lossLost(request.series);
  if (!lost) return null;
  const ordered = request.checkpoints
    .filter((summary) => {
      const position = positionOn(lost.series, summary, request.clock);
      return position !== null && position < lost.step;
    })
    .sort((a, b) => compareProgress(b, a, request));
  const found = ordered.findIndex(({ judgement }) => isUsable(judgement));
  const chosen = ordered[found];
  if (!chosen) return null;
  return {
    ...suggestion(request, {
      kind: 'before',
      chosen,
      before: ordered.slice(0, found),
      metric: null,
    }),
    claims: [],
    diverged: lost.step,
  };
}

/** The loss that was lost, by values that are not finite or by an explosion, and from which step. */
function lossLost(series: readonly RunSeries[]) {
  return divergenceOf(series) ?? explosionOf(series);
}

/** With fewer points there is no noise to be told from the course. */
const FEWEST_POINTS = 12;

/** A point is smoothed over this part of the curve, before and after. */
const NEARBY = 1 / 20;

/** The best by the centred mean of a metric: less by luck than the best of its values. */
function smoothed(request: SuggestionRequest): Suggestion | null {
  const tag = request.metric ?? defaultMetric(request);
  const logged = tag === null ? undefined : findSeries(request.series, tag);
  if (!logged || logged.current.values.length < FEWEST_POINTS) return null;
  const half = Math.max(1, Math.round(logged.current.values.length * NEARBY));
  const values = smooth(logged.current.values, { kind: 'mean', amount: half / (half + 1) });
  const calm = { ...logged, current: { ...logged.current, values } };
  const series = request.series.map((one) => (one === logged ? calm : one));
  const chosen = best({ ...request, metric: tag, series });
  return chosen && { ...chosen, kind: 'smoothed', claims: [] };
}

function latest(request: SuggestionRequest): Suggestion | null {
  const ordered = [...request.checkpoints].sort((a, b) => compareProgress(b, a, request));
  const found = ordered.findIndex(({ judgement }) => isUsable(judgement));
  const chosen = ordered[found];
  return chosen
    ? suggestion(request, { kind: 'latest', chosen, before: ordered.slice(0, found), metric: null })
    : null;
}

function best(request: SuggestionRequest): Suggestion | null {
  const tag = request.metric ?? defaultMetric(request);
  if (tag === null) return null;
  const lower = request.lower ?? metricKind(tag).better !== 'higher';
  const ranked = request.checkpoints
    .map((summary) => ({ summary, value: metricOf(summary, tag, request) }))
    .filter((one): one is Ranked => one.value !== null && Number.isFinite(one.value))
    .sort((a, b) => compareRanked(a, b, lower, request));
  const found = ranked.findIndex(({ summary }) => isUsable(summary.judgement));
  const chosen = ranked[found];
  if (!chosen) return null;
  return suggestion(request, {
    kind: 'best',
    chosen: chosen.summary,
    before: ranked.slice(0, found).map(({ summary }) => summary),
    metric: { tag, value: chosen.value, lower },
  });
}

interface Ranked {
  readonly summary: CheckpointSummary;
  readonly value: number;
}

interface Choice {
  readonly kind: Suggestion['kind'];
  readonly chosen: CheckpointSummary;
  readonly before: readonly CheckpointSummary[];
  readonly metric: Suggestion['metric'];
}

function suggestion(request: SuggestionRequest, choice: Choice): Suggestion {
  const { chosen, kind } = choice;
  const says = kind === 'latest' ? 'latest' : 'best';
  return {
    kind,
    run: request.run,
    checkpoint: chosen.ref.path,
    step: stepOf(chosen, request.clock),
    epoch: chosen.epoch?.value ?? null,
    metric: choice.metric,
    ...divergedBefore(chosen, request),
    passedOver: choice.before.map(({ ref, judgement }) => ({ checkpoint: ref.path, judgement })),
    claims: request.claims
      .filter((claim) => claim.says === says)
      .map((claim) => ({ ...claim, agrees: agrees(claim, chosen, request.checkpoints) })),
    of: request.checkpoints.length,
  };
}

/** Weights that were saved after the loss was lost are whole as a file, and as bad as the loss. */
function divergedBefore(
  chosen: CheckpointSummary,
  { series, clock }: SuggestionRequest,
): Pick<Suggestion, 'diverged'> {
  const divergence = lossLost(series);
  const position = divergence && positionOn(divergence.series, chosen, clock);
  return position !== null && divergence && position >= divergence.step
    ? { diverged: divergence.step }
    : {};
}

/** The same file, or another that was saved at the same moment of training. */
function agrees(
  { checkpoint }: PointerClaim,
  chosen: CheckpointSummary,
  checkpoints: readonly CheckpointSummary[],
): boolean {
  if (checkpoint === chosen.ref.path) return true;
  const claimed = checkpoints.find(({ ref }) => ref.path === checkpoint);
  if (!claimed || !isUsable(claimed.judgement)) return false;
  if (claimed.step && chosen.step) return claimed.step.value === chosen.step.value;
  return claimed.epoch !== null && claimed.epoch.value === chosen.epoch?.value;
}

/** The metric of a checkpoint: the log's at its step, else what its own metadata says. */
function metricOf(
  summary: CheckpointSummary,
  tag: string,
  { series, clock }: Pick<SuggestionRequest, 'series' | 'clock'>,
): number | null {
  const logged = findSeries(series, tag);
  if (!logged) return summary.metrics.find((metric) => metric.tag === tag)?.value.value ?? null;
  const position = positionOn(logged, summary, clock);
  return position === null ? null : (valueAt(logged, position)?.value ?? null);
}

/**
 * By how far training was. Where that is the same, what cannot be gone on with comes last, as the first
 * to be passed over; before it what resumes most, then what has a name of its own, then what the framework
 * itself would take.
 */
function compareProgress(
  a: CheckpointSummary,
  b: CheckpointSummary,
  { clock, claims }: Pick<SuggestionRequest, 'clock' | 'claims'>,
): number {
  const isClaimed = ({ ref }: CheckpointSummary) =>
    claims.some(({ says, checkpoint }) => says === 'latest' && checkpoint === ref.path);
  return (
    compareNullable(stepOf(a, clock), stepOf(b, clock)) ||
    compareNullable(a.epoch?.value ?? null, b.epoch?.value ?? null) ||
    compareNullable(a.step?.value ?? null, b.step?.value ?? null) ||
    Number(!isUsable(a.judgement)) - Number(!isUsable(b.judgement)) ||
    completeness(a) - completeness(b) ||
    Number(!isAlias(a)) - Number(!isAlias(b)) ||
    Number(isClaimed(a)) - Number(isClaimed(b)) ||
    (a.file?.modified ?? 0) - (b.file?.modified ?? 0)
  );
}

/** Unknown comes before all that is known. */
function compareNullable(a: number | null, b: number | null): number {
  return (a ?? Number.NEGATIVE_INFINITY) === (b ?? Number.NEGATIVE_INFINITY)
    ? 0
    : (a ?? Number.NEGATIVE_INFINITY) - (b ?? Number.NEGATIVE_INFINITY);
}

function completeness({ readiness }: CheckpointSummary): number {
  if (!readiness) return 0;
  return Object.values(readiness).filter((part) => part === true).length;
}

/** `best.pth`, `last.ckpt`: will be written over by the next. */
function isAlias({ ref }: CheckpointSummary): boolean {
  return !/\d/.test(baseOf(ref.path).replace(/\.h5$/, ''));
}

/** Better first; of equals the earlier, as trainers keep the first that is strictly better. */
function compareRanked(
  a: Ranked,
  b: Ranked,
  lower: boolean,
  request: Pick<SuggestionRequest, 'clock' | 'claims'>,
): number {
  const { clock } = request;
  const better = lower ? a.value - b.value : b.value - a.value;
  if (better !== 0) return better;
  const earlier = compareNullable(stepOf(a.summary, clock), stepOf(b.summary, clock));
  return (
    earlier ||
    compareNullable(a.summary.epoch?.value ?? null, b.summary.epoch?.value ?? null) ||
    -compareProgress(a.summary, b.summary, request)
  );
}

/** The metric to choose by when nobody has said: the most telling one that some checkpoint has. */
function defaultMetric(request: SuggestionRequest): string | null {
  const logged = request.series.map(({ tag }) => tag);
  const saved = request.checkpoints.flatMap(({ metrics }) => metrics.map(({ tag }) => tag));
  const tags = [...new Set(logged.length > 0 ? logged : saved)];
  const telling = orderMetrics(tags).find(
    (tag) =>
      metricKind(tag).better !== null &&
      request.checkpoints.some((summary) => metricOf(summary, tag, request) !== null),
  );
  return telling ?? null;
}
