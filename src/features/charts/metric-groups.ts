import type { XAxis } from '#domain/history.ts';
import { orderMetrics } from '#domain/metric-kind.ts';
import type { MetricInfo, RunDetails } from '#workers/api.ts';

/** A metric that at least one of the selected runs has. */
export interface Metric {
  readonly tag: string;
  /** What each run says of it, in the order of the run list. */
  readonly runs: readonly { readonly run: string; readonly info: MetricInfo }[];
}

/** Metrics that share a prefix. */
export interface MetricGroup {
  /** `train` of `train/loss`; `''`: without a prefix. */
  readonly prefix: string;
  readonly metrics: readonly Metric[];
}

/** The metrics of some runs by prefix; groups stand where their most important metric stands. */
export function metricGroups(details: readonly RunDetails[]): readonly MetricGroup[] {
  const metrics = new Map<string, { run: string; info: MetricInfo }[]>();
  for (const { run, metrics: infos } of details) {
    for (const info of infos) {
      const runs = metrics.get(info.tag);
      if (runs) runs.push({ run, info });
      else metrics.set(info.tag, [{ run, info }]);
    }
  }
  const groups = new Map<string, Metric[]>();
  for (const tag of orderMetrics([...metrics.keys()])) {
    const prefix = prefixOf(tag);
    const metric = { tag, runs: metrics.get(tag) ?? [] };
    const group = groups.get(prefix);
    if (group) group.push(metric);
    else groups.set(prefix, [metric]);
  }
  return [...groups].map(([prefix, metrics]) => ({ prefix, metrics }));
}

function prefixOf(tag: string): string {
  const end = tag.indexOf('/');
  return end > 0 ? tag.slice(0, end) : '';
}

/** The x axes that at least one run can give. */
export function availableAxes(details: readonly RunDetails[]): ReadonlySet<XAxis> {
  return new Set(details.flatMap(({ metrics }) => metrics.flatMap(({ axes }) => axes)));
}
