import type { Run } from '#domain/run.ts';
import { visibleText } from '#ui/visible-text.ts';

/** A line of the run list: a run, a folder with runs below it, or both. */
export interface TreeRow {
  /** From the opened directory; unique. */
  readonly path: string;
  /** What is shown: the parts of the path below the parent's row. */
  readonly label: string;
  /** On hover; the path where there is none. */
  readonly title?: string;
  /** From 1. */
  readonly level: number;
  readonly run: Run | null;
  /** Paths of the runs here and below. */
  readonly runs: readonly string[];
  readonly hasChildren: boolean;
  readonly isExpanded: boolean;
  /** Among the rows of the same parent, from 1, and how many those are. */
  readonly position: number;
  readonly siblings: number;
}

interface Node {
  path: string;
  label: string;
  run: Run | null;
  readonly children: Map<string, Node>;
}

export interface TreeOptions {
  /** Paths of rows whose children are out of sight. */
  readonly folded: ReadonlySet<string>;
  /** Name of the opened directory, for a run that is the directory itself. */
  readonly rootName: string;
}

/** The rows of the runs by folder, in order of their names; folders with one child are joined with it. */
export function treeRows(runs: readonly Run[], { folded, rootName }: TreeOptions): TreeRow[] {
  const root: Node = { path: '', label: rootName, run: null, children: new Map() };
  for (const run of runs) insert(root, run);
  const rows: TreeRow[] = [];
  const walk = (nodes: readonly Node[], level: number) => {
    for (const [index, node] of nodes.entries()) {
      const children = childrenOf(node);
      const isExpanded = children.length > 0 && !folded.has(node.path);
      rows.push({
        path: node.path,
        label: visibleText(node.label),
        level,
        run: node.run,
        runs: runsBelow(node),
        hasChildren: children.length > 0,
        isExpanded,
        position: index + 1,
        siblings: nodes.length,
      });
      if (isExpanded) walk(children, level + 1);
    }
  };
  walk(root.run ? [root] : childrenOf(root), 1);
  return rows;
}

function insert(root: Node, run: Run): void {
  let node = root;
  if (run.path !== '') {
    for (const part of run.path.split('/')) {
      const path = node.path === '' ? part : `${node.path}/${part}`;
      const child = node.children.get(part) ?? {
        path,
        label: part,
        run: null,
        children: new Map(),
      };
      node.children.set(part, child);
      node = child;
    }
  }
  node.run = run;
}

const byName = new Intl.Collator('en', { numeric: true });

function childrenOf(node: Node): Node[] {
  return [...node.children.values()]
    .map(joinOnlyChild)
    .sort((a, b) => byName.compare(a.label, b.label));
}

/** `a` that holds nothing but `b` is shown as `a/b`. */
function joinOnlyChild(node: Node): Node {
  const [only] = node.children.values();
  if (node.run || !only || node.children.size > 1) return node;
  return joinOnlyChild({ ...only, label: `${node.label}/${only.label}` });
}

function runsBelow(node: Node): string[] {
  const below = [...node.children.values()].flatMap(runsBelow);
  return node.run ? [node.run.path, ...below] : below;
}
