import { aggregate, centreAndSpread } from '#domain/aggregate.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { spreadText } from './bands.ts';
import type { ChartSetting } from './chart-setting.ts';
import { groupTexts } from './group-strings.ts';
import type { Metric } from './metric-groups.ts';

/** Groups that are spoken of; a listener has lost the thread by then. */
const SPOKEN = 6;

/** What the groups of a metric come to, for whoever cannot see it; empty without groups. */
export function useGroupSummary(
  { runs }: Metric,
  { groups, view }: Pick<ChartSetting, 'groups' | 'view'>,
): readonly string[] {
  const t = useStrings(groupTexts);
  const { metric, count } = useNumberFormats();
  if (!groups) return [];
  const last = new Map(runs.map(({ run, info }) => [run, info.last.value]));
  const parts = groups.groups.flatMap((group) => {
    const columns = group.runs.flatMap((run) => {
      const value = last.get(run);
      return value === undefined ? [] : [{ x: Float64Array.of(0), y: Float64Array.of(value) }];
    });
    const all = aggregate(columns);
    const { centre, low, high } = centreAndSpread(all, view.centre, view.spread);
    const [middle] = centre;
    if (middle === undefined || Number.isNaN(middle)) return [];
    const reading = { centre: middle, low: low[0] ?? Number.NaN, high: high[0] ?? Number.NaN };
    return [t.summary(group.name, count(all.n[0] ?? 0), spreadText(reading, view, metric))];
  });
  const more = parts.length - SPOKEN;
  return parts.length === 0
    ? []
    : [
        t.summaryStart(t[view.centre]),
        ...parts.slice(0, SPOKEN),
        ...(more > 0 ? [t.andMore(more)] : []),
      ];
}
