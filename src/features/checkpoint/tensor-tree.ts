import type { TensorRole } from '#domain/summary.ts';
import type { TensorRow } from './tensor-rows.ts';

/** A branch of the tree of tensors, or a tensor, or both where a name goes on behind another. */
export interface TensorNode {
  /** The parts of its name, joined by `/`; unique. */
  readonly key: string;
  /** What of that its parent does not say already. */
  readonly label: string;
  readonly row: TensorRow | null;
  readonly children: readonly TensorNode[];
  /** All tensors here and below. */
  readonly tensors: number;
  readonly bytes: number;
  /** What they all are for; `null`: not all for the same. */
  readonly role: TensorRole | null;
}

/** A line of the tree. */
export interface TreeLine {
  readonly node: TensorNode;
  /** From 1. */
  readonly level: number;
  readonly isExpanded: boolean;
  /** Among the lines of the same parent, from 1, and how many those are. */
  readonly position: number;
  readonly siblings: number;
}

interface Growing {
  readonly key: string;
  readonly label: string;
  row: TensorRow | null;
  readonly children: Map<string, Growing>;
}

/** TensorFlow ends the keys of its object graph so, every one of them. */
const ATTRIBUTE = /\/\.ATTRIBUTES\/VARIABLE_VALUE$/;

/** The parts of a tensor's name, outermost first. */
export function partsOf({ tensor: { name, path } }: TensorRow): readonly string[] {
  if (path) return path;
  const separator = name.includes('/') ? '/' : '.';
  const parts = name
    .replace(ATTRIBUTE, '')
    .split(separator)
    .filter((part) => part !== '');
  return parts.length > 0 ? parts : [name];
}

/** Tensors by the prefixes of their names, in the order of the file. A branch with one child is joined with it. */
export function tensorTree(rows: readonly TensorRow[]): readonly TensorNode[] {
  const root: Growing = { key: '', label: '', row: null, children: new Map() };
  for (const row of rows) {
    let node = root;
    for (const part of partsOf(row)) {
      const known = node.children.get(part);
      const key = node.key === '' ? part : `${node.key}/${part}`;
      const next = known ?? { key, label: part, row: null, children: new Map() };
      if (!known) node.children.set(part, next);
      node = next;
    }
    node.row ??= row;
  }
  const joint = rows.some(({ tensor }) => tensor.name.includes('/')) ? '/' : '.';
  return [...root.children.values()].map((node) => finish(node, joint));
}

function finish(growing: Growing, joint: string): TensorNode {
  const [only] = growing.children.values();
  if (only && growing.children.size === 1 && growing.row === null) {
    return finish({ ...only, label: `${growing.label}${joint}${only.label}` }, joint);
  }
  const { key, label, row } = growing;
  const children = [...growing.children.values()].map((node) => finish(node, joint));
  const own = row ? [{ tensors: 1, bytes: row.tensor.bytes, role: row.tensor.role }] : [];
  const parts = [...own, ...children];
  const roles = new Set(parts.map(({ role }) => role));
  const [role = null] = roles;
  return {
    key,
    label,
    row,
    children,
    tensors: parts.reduce((sum, part) => sum + part.tensors, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    role: roles.size === 1 ? role : null,
  };
}

/** The lines that are in sight when some branches are folded. */
export function treeLines(
  nodes: readonly TensorNode[],
  folded: ReadonlySet<string>,
): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const walk = (siblings: readonly TensorNode[], level: number) => {
    for (const [index, node] of siblings.entries()) {
      const isExpanded = node.children.length > 0 && !folded.has(node.key);
      lines.push({ node, level, isExpanded, position: index + 1, siblings: siblings.length });
      if (isExpanded) walk(node.children, level + 1);
    }
  };
  walk(nodes, 1);
  return lines;
}

/** As many lines are open from the start, if that is all of a level. */
const OPEN_LINES = 40;

/** Which branches are folded from the start: those below the last level that fits. */
export function foldedAtFirst(nodes: readonly TensorNode[]): ReadonlySet<string> {
  let level = nodes;
  let lines = nodes.length;
  for (;;) {
    const below = level.flatMap(({ children }) => children);
    lines += below.length;
    if (below.length === 0) return new Set();
    if (lines > OPEN_LINES) break;
    level = below;
  }
  const folded = new Set<string>();
  const fold = ({ key, children }: TensorNode) => {
    if (children.length === 0) return;
    folded.add(key);
    children.forEach(fold);
  };
  level.forEach(fold);
  return folded;
}

/** Whether a tensor is a branch, by its key, or below it. */
export function isBelow(row: TensorRow, branch: string): boolean {
  const key = partsOf(row).join('/');
  return key === branch || key.startsWith(`${branch}/`);
}
