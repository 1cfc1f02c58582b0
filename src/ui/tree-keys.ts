/** What a key of every tree asks: to go elsewhere, or to fold or unfold where one is. */
export type TreeMove =
  | { readonly kind: 'move'; readonly to: number }
  | { readonly kind: 'fold' | 'unfold' };

/** A row of a tree, as far as keys must know it. */
export interface TreePlace {
  /** Counted from 1. */
  readonly level: number;
  readonly isExpanded: boolean;
}

/**
 * Arrows, Home and End in a tree: `null` for any other key, and for one that changes nothing.
 *
 * @param hasChildren of the row at `active`
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/treeview/#keyboardinteraction
 */
export function treeMove(
  key: string,
  rows: readonly TreePlace[],
  active: number,
  hasChildren: boolean,
): TreeMove | null {
  const row = rows[active];
  if (!row) return null;
  const move = (to: number): TreeMove => ({
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
      if (!hasChildren) return null;
      return row.isExpanded ? move(active + 1) : { kind: 'unfold' };
    case 'ArrowLeft':
      return row.isExpanded ? { kind: 'fold' } : move(parentIndex(rows, active));
    default:
      return null;
  }
}

function parentIndex(rows: readonly TreePlace[], active: number): number {
  const level = rows[active]?.level ?? 1;
  const parent = rows.slice(0, active).findLastIndex((row) => row.level < level);
  return parent === -1 ? active : parent;
}
