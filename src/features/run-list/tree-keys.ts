import { type TreeMove, treeMove } from '#ui/tree-keys.ts';
import type { TreeRow } from './tree-rows.ts';

/** What a key asks of the tree. */
export type TreeAct = TreeMove | { readonly kind: 'toggle' | 'solo' | 'colour' };

/** The keys of the run list: those of every tree; Space shows or hides, Enter shows one alone, `c` asks for its colour. */
export function treeAct(key: string, rows: readonly TreeRow[], active: number): TreeAct | null {
  const row = rows[active];
  if (!row) return null;
  if (key === ' ') return { kind: 'toggle' };
  if (key === 'Enter') return { kind: 'solo' };
  if (key === 'c') return row.run ? { kind: 'colour' } : null;
  return treeMove(key, rows, active, row.hasChildren);
}
