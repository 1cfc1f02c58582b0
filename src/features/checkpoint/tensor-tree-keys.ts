import type { TreeLine } from './tensor-tree.ts';

/** What a key asks of the tree. */
export type TreeAct =
  | { readonly kind: 'move'; readonly to: number }
  | { readonly kind: 'fold' | 'unfold' | 'choose' | 'unfold-all' };

/**
 * The keys of a tree: arrows, Home and End move and fold, Enter and Space choose, `*` unfolds a level.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/treeview/#keyboardinteraction
 */
export function treeAct(key: string, lines: readonly TreeLine[], active: number): TreeAct | null {
  const line = lines[active];
  if (!line) return null;
  const move = (to: number): TreeAct => ({
    kind: 'move',
    to: Math.min(lines.length - 1, Math.max(0, to)),
  });
  switch (key) {
    case 'ArrowDown':
      return move(active + 1);
    case 'ArrowUp':
      return move(active - 1);
    case 'Home':
      return move(0);
    case 'End':
      return move(lines.length - 1);
    case 'ArrowRight':
      if (line.node.children.length === 0) return null;
      return line.isExpanded ? move(active + 1) : { kind: 'unfold' };
    case 'ArrowLeft':
      return line.isExpanded ? { kind: 'fold' } : move(parentOf(lines, active));
    case 'Enter':
    case ' ':
      return { kind: 'choose' };
    case '*':
      return { kind: 'unfold-all' };
    default:
      return null;
  }
}

function parentOf(lines: readonly TreeLine[], active: number): number {
  const level = lines[active]?.level ?? 1;
  const parent = lines.slice(0, active).findLastIndex((line) => line.level < level);
  return parent === -1 ? active : parent;
}
