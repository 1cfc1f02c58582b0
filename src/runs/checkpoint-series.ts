import type { Series } from '#domain/history.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { byStep } from './by-step.ts';
import type { RunSeries } from './run-series.ts';
import { isWeakStep } from './step-of.ts';

/** What checkpoints say of metrics themselves, as series: the only history of a run without a log. */
export function checkpointSeries(checkpoints: readonly CheckpointSummary[]): RunSeries[] {
  const unit = checkpoints.some(({ step }) => step && !isWeakStep(step)) ? 'step' : 'epoch';
  const tags = new Set(checkpoints.flatMap(({ metrics }) => metrics.map(({ tag }) => tag)));
  return [...tags].sort().flatMap((tag) => {
    const points = checkpoints.flatMap(({ ref, step, epoch, metrics }) => {
      const at = unit === 'step' ? step?.value : epoch?.value;
      const metric = metrics.find((one) => one.tag === tag);
      return at === undefined || !metric ? [] : [{ at, value: metric.value.value, path: ref.main }];
    });
    if (points.length === 0) return [];
    points.sort((a, b) => a.at - b.at);
    const all: Series = {
      tag,
      steps: Float64Array.from(points, ({ at }) => at),
      values: Float64Array.from(points, ({ value }) => value),
      epochs: new Float64Array(),
      times: new Float64Array(),
    };
    const sources = points.map(({ path }) => path);
    const current = byStep(all);
    return [
      { tag, aliases: [], sources, unit, all, drawn: current, ghosts: [], restarts: [], current },
    ];
  });
}
