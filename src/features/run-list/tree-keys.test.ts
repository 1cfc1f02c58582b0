import { expect, it } from 'vitest';
import { treeAct } from './tree-keys.ts';
import { treeRows } from './tree-rows.ts';

const run = (path: string) => ({
  path,
  checkpoints: [],
  histories: [],
  configurations: [],
  graphs: [],
  pointers: [],
});
const options = { folded: new Set(['b']), rootName: 'runs' };
/** a/, a/x, a/y, b/ (folded) */
const rows = treeRows(['a/x', 'a/y', 'b/x', 'b/y'].map(run), options);

it.each([
  ['ArrowDown', 0, { kind: 'move', to: 1 }],
  ['ArrowDown', 3, { kind: 'move', to: 3 }],
  ['ArrowUp', 0, { kind: 'move', to: 0 }],
  ['Home', 3, { kind: 'move', to: 0 }],
  ['End', 0, { kind: 'move', to: 3 }],
  ['ArrowRight', 0, { kind: 'move', to: 1 }],
  ['ArrowRight', 3, { kind: 'unfold' }],
  ['ArrowRight', 1, null],
  ['ArrowLeft', 0, { kind: 'fold' }],
  ['ArrowLeft', 2, { kind: 'move', to: 0 }],
  [' ', 1, { kind: 'toggle' }],
  ['Enter', 1, { kind: 'solo' }],
  ['x', 1, null],
])('%s on row %d', (key, active, act) => {
  expect(treeAct(key, rows, active)).toEqual(act);
});

it('an empty tree takes no keys', () => expect(treeAct('ArrowDown', [], 0)).toBeNull());
