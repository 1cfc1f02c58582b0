import type { LinesRequest } from '#workers/api.ts';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import type { LinesKey } from './queries.ts';

/**
 * What to ask the reader for, so that a metric can be drawn as the view has it.
 *
 * @param width pixel columns of the plot
 */
export function linesKey(
  { tag, runs }: Metric,
  { directory, view }: Pick<ChartSetting, 'directory' | 'view'>,
  width: number,
): LinesKey {
  const { x, smooth, amount, logx, y, robust, from, to } = view;
  const request: LinesRequest = {
    tag,
    runs: runs.map(({ run }) => run),
    axis: x,
    range: from !== null && to !== null ? [from, to] : null,
    width,
    smoothing: { kind: smooth, amount: smooth === 'none' ? 0 : amount },
    logX: logx,
    y,
    robust,
  };
  return { directory, count: runs.reduce((sum, { info }) => sum + info.count, 0), request };
}
