import { type TreeMove, treeMove } from '#ui/tree-keys.ts';
import type { TreeLine } from './tensor-tree.ts';

/** What a key asks of the tree. */
export type TreeAct = TreeMove | { readonly kind: 'choose' | 'unfold-all' };

/** The keys of the tensor tree: those of every tree; Enter and Space choose, `*` unfolds a level. */
export function treeAct(key: string, lines: readonly TreeLine[], active: number): TreeAct | null {
  const line = lines[active];
  if (!line) return null;
  if (key === ' ' || key === 'Enter') return { kind: 'choose' };
  if (key === '*') return { kind: 'unfold-all' };
  return treeMove(key, lines, active, line.node.children.length > 0);
}
