import { useDeferredValue, useMemo } from 'react';
import {
  differingKeys,
  type GroupBy,
  type Grouping,
  grouping,
  type RunGroup,
} from '#domain/run-groups.ts';
import { type RunMark, runMarks } from '#ui/run-marks.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { RunDetails } from '#workers/api.ts';
import { groupTexts } from './group-strings.ts';

/** A group of runs, ready to be drawn and named. */
export interface ChartGroup extends RunGroup {
  readonly name: string;
  /** By its id: the same in every view, and when runs are added. */
  readonly mark: RunMark;
}

export interface ChartGroups extends Pick<Grouping, 'leftOut'> {
  readonly groups: readonly ChartGroup[];
}

/** Groups in which any of these runs is. */
export function countGroups(
  { groups }: ChartGroups,
  runs: readonly { readonly run: string }[],
): number {
  const known = new Set(runs.map(({ run }) => run));
  return groups.filter((group) => group.runs.some((run) => known.has(run))).length;
}

const KEY = 'key:';

/** @param group `ChartsView.group` */
export function groupByOf(group: string): GroupBy {
  return group.startsWith(KEY)
    ? { kind: 'key', key: group.slice(KEY.length) }
    : { kind: 'no-seed' };
}

/** `ChartsView.group` for one key of the configurations. */
export function groupOfKey(key: string): string {
  return KEY + key;
}

/** Keys by which some runs can be told apart. */
export function groupKeys(details: readonly RunDetails[]): readonly string[] {
  return differingKeys(details);
}

/** The groups of the selected runs as the view has them; `null`: there are to be none. */
export function useChartGroups(
  group: string | null,
  details: readonly RunDetails[],
): ChartGroups | null {
  const t = useStrings(groupTexts);
  // A thousand runs come in many parts, and each would be a new grouping.
  const read = useDeferredValue(details);
  return useMemo(() => {
    if (group === null) return null;
    const { groups, leftOut } = grouping(read, groupByOf(group));
    const marks = runMarks(groups.map(({ id }) => id));
    const named = groups.flatMap((one) => {
      const mark = marks.get(one.id);
      return mark ? [{ ...one, mark, name: visibleText(one.label) || t.allAlike }] : [];
    });
    return { groups: named, leftOut };
  }, [group, read, t]);
}
