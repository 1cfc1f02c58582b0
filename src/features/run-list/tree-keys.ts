import type { TreeRow } from './tree-rows.ts';

/** What a key asks of the tree. */
export type TreeAct =
  | { readonly kind: 'move'; readonly to: number }
  | { readonly kind: 'fold' | 'unfold' | 'toggle' | 'solo' };

/**
 * The keys of a tree: arrows, Home and End move and fold, Space shows or hides, Enter shows one alone.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/treeview/#keyboardinteraction
 */
export function treeAct(key: string, rows: readonly TreeRow[], active: number): TreeAct | null {
  const row = rows[active];
  if (!row) return null;
  const move = (to: number): TreeAct => ({
    kind: 'move',
    to: Math.min(rows.length - 1, Math.max(0, to)),
  });
  switch (key) {
    case 'ArrowDown':
      return move(active + 1);
    case 'ArrowUp':
      return move(active - 1);
    case 'Home':
      return move(0);
    case 'End':
      return move(rows.length - 1);
    case 'ArrowRight':
      if (!row.hasChildren) return null;
      return row.isExpanded ? move(active + 1) : { kind: 'unfold' };
    case 'ArrowLeft':
      return row.isExpanded ? { kind: 'fold' } : move(parentIndex(rows, active));
    case ' ':
      return { kind: 'toggle' };
    case 'Enter':
      return { kind: 'solo' };
    default:
      return null;
  }
}

function parentIndex(rows: readonly TreeRow[], active: number): number {
  const level = rows[active]?.level ?? 1;
  const parent = rows.slice(0, active).findLastIndex((row) => row.level < level);
  return parent === -1 ? active : parent;
}
