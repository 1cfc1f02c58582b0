import type { Series } from '#domain/history.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { byStep } from './by-step.ts';
import type { RunSeries } from './run-series.ts';
import { isWeakStep, UNNAMED_METRIC } from './step-of.ts';

interface Point {
  readonly at: number;
  readonly epoch: number;
  readonly value: number;
  readonly path: string;
}

/**
 * What checkpoints say of metrics themselves, as series: the only history of a run without a log. A number
 * that a name gives without saying of what is none.
 */
export function checkpointSeries(checkpoints: readonly CheckpointSummary[]): RunSeries[] {
  const unit = checkpoints.some(({ step }) => step && !isWeakStep(step)) ? 'step' : 'epoch';
  const tags = new Set(checkpoints.flatMap(({ metrics }) => metrics.map(({ tag }) => tag)));
  tags.delete(UNNAMED_METRIC);
  return [...tags].sort().flatMap((tag) => {
    const points = checkpoints.flatMap((summary) => pointOf(summary, tag, unit));
    if (points.length === 0) return [];
    points.sort((a, b) => a.at - b.at);
    // `last` and `best` are copies of others.
    const once = [...new Map(points.map((one) => [`${one.at} ${one.value}`, one])).values()];
    const all: Series = {
      tag,
      steps: Float64Array.from(once, ({ at }) => at),
      values: Float64Array.from(once, ({ value }) => value),
      epochs: epochsOf(once),
      times: new Float64Array(),
    };
    const sources = points.map(({ path }) => path);
    const current = byStep(all);
    return [
      { tag, aliases: [], sources, unit, all, drawn: current, ghosts: [], restarts: [], current },
    ];
  });
}

function epochsOf(points: readonly Point[]): Float64Array<ArrayBuffer> {
  const isKnown = points.some(({ epoch }) => Number.isFinite(epoch));
  return Float64Array.from(isKnown ? points : [], ({ epoch }) => epoch);
}

function pointOf(
  { ref, step, epoch, metrics }: CheckpointSummary,
  tag: string,
  unit: 'step' | 'epoch',
): Point[] {
  const at = unit === 'step' ? step?.value : epoch?.value;
  const metric = metrics.find((one) => one.tag === tag);
  if (at === undefined || !metric) return [];
  return [{ at, epoch: epoch?.value ?? Number.NaN, value: metric.value.value, path: ref.main }];
}
