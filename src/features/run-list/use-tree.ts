import { useMemo, useState } from 'react';
import type { RunTreeProps } from './RunTree.tsx';
import type { TreeAct } from './tree-keys.ts';
import { type TreeRow, treeRows } from './tree-rows.ts';

/** The rows of the tree, which of them is active, and what can be done to them. */
export interface Tree {
  readonly rows: readonly TreeRow[];
  /** Index of the row that has the keyboard. */
  readonly active: number;
  readonly perform: (act: TreeAct, index: number) => void;
}

export function useTree(props: RunTreeProps): Tree {
  const { marks, shown, directory, selected, rowsOf = treeRows, ...on } = props;
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [activePath, setActivePath] = useState<string | null>(null);
  const rows = useMemo(
    () => rowsOf(shown, { folded, rootName: directory.name }),
    [rowsOf, shown, folded, directory.name],
  );

  const setFold = (path: string, isFolded: boolean) => {
    const next = new Set(folded);
    if (isFolded) next.add(path);
    else next.delete(path);
    setFolded(next);
  };
  const solo = ({ runs }: TreeRow, isShown: boolean) => {
    const isAlone = isShown && selected.size === runs.length;
    on.onSolo(isAlone ? [...marks.keys()] : runs);
  };

  function perform(act: TreeAct, index: number): void {
    const row = rows[act.kind === 'move' ? act.to : index];
    if (!row) return;
    const isShown = row.runs.every((run) => selected.has(run));
    setActivePath(row.path);
    if (act.kind === 'fold' || act.kind === 'unfold') setFold(row.path, act.kind === 'fold');
    else if (act.kind === 'toggle') on.onSelect(row.runs, !isShown);
    else if (act.kind === 'solo') solo(row, isShown);
  }

  const active = rows.findIndex(({ path }) => path === activePath);
  return { rows, active: Math.max(0, active), perform };
}
