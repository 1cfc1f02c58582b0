import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { ChartSetting } from './chart-setting.ts';
import { useGroupSummary } from './group-summary.ts';
import type { Metric } from './metric-groups.ts';
import { texts } from './strings.ts';

/** A chart in one sentence, for whoever cannot see it. */
export function useSummary(one: Metric, setting: ChartSetting): string {
  const { tag, runs } = one;
  const { names } = setting;
  const groups = useGroupSummary(one, setting);
  const t = useStrings(texts);
  const { metric, step, count } = useNumberFormats();
  const ends = runs
    .map(({ run, info }) => ({ name: names.get(run) ?? run, value: info.last.value }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value);
  const [least, most] = [ends[0], ends.at(-1)];
  const steps = runs.flatMap(({ info }) => [info.first.step, info.last.step]);
  const odd = runs.reduce((sum, { info }) => sum + info.nonfinite, 0);
  const parts = [
    t.summary(tag, count(runs.length), runs.length === 1),
    t.summaryRange(step(Math.min(...steps)), step(Math.max(...steps))),
  ];
  if (groups.length > 0) parts.push(...groups);
  else if (least && most) {
    parts.push(
      ends.length === 1
        ? t.summaryEnd(metric(least.value))
        : t.summaryEnds(metric(least.value), least.name, metric(most.value), most.name),
    );
  }
  if (odd > 0) parts.push(t.summaryOdd(count(odd)));
  return parts.join(t.summaryJoin) + t.summaryStop;
}
