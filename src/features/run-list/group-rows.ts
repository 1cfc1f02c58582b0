import type { Run } from '#domain/run.ts';
import { type ConfiguredRun, groupRuns } from '#domain/run-groups.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { TreeOptions, TreeRow } from './tree-rows.ts';

export interface GroupRowsOptions extends TreeOptions {
  /** Of all runs of the directory, so that groups stay the same while the list is filtered. */
  readonly configured: readonly ConfiguredRun[];
  /** What stands for a group that has nothing to tell it from others. */
  readonly allAlike: string;
}

/** Before the ids of groups: no path of a run begins so. */
const GROUP = '\0';

/** The rows of the runs by configuration without the seed, in order of what tells the groups apart. */
export function groupRows(runs: readonly Run[], options: GroupRowsOptions): TreeRow[] {
  const { folded, rootName, configured, allAlike } = options;
  const byPath = new Map(runs.map((run) => [run.path, run]));
  const groups = groupRuns(configured, { kind: 'no-seed' })
    .map(({ id, label, runs }) => ({
      path: GROUP + id,
      label: visibleText(label) || allAlike,
      members: runs.flatMap((path) => byPath.get(path) ?? []),
    }))
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => byName.compare(a.label, b.label));
  return groups.flatMap(({ path, label, members }, index) => {
    const isExpanded = !folded.has(path);
    const head: TreeRow = {
      path,
      label,
      title: label,
      level: 1,
      run: null,
      runs: members.map((run) => run.path),
      hasChildren: true,
      isExpanded,
      position: index + 1,
      siblings: groups.length,
    };
    return isExpanded ? [head, ...runRows(members, rootName)] : [head];
  });
}

function runRows(runs: readonly Run[], rootName: string): TreeRow[] {
  const sorted = [...runs].sort((a, b) => byName.compare(a.path, b.path));
  return sorted.map((run, index) => ({
    path: run.path,
    label: visibleText(run.path === '' ? rootName : run.path),
    level: 2,
    run,
    runs: [run.path],
    hasChildren: false,
    isExpanded: false,
    position: index + 1,
    siblings: sorted.length,
  }));
}

const byName = new Intl.Collator('en', { numeric: true });
