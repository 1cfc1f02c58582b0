import { describe, expect, it } from 'vitest';
import type { DescribedTensor } from '#domain/summary.ts';
import { tensorRows } from './tensor-rows.ts';
import { foldedAtFirst, isBelow, tensorTree, treeLines } from './tensor-tree.ts';
import { treeAct } from './tensor-tree-keys.ts';

const tensor = (name: string, more: Partial<DescribedTensor> = {}): DescribedTensor => ({
  name,
  dtype: 'float32',
  shape: [2],
  bytes: 8,
  role: name.startsWith('optim') ? 'optimizer' : 'weight',
  ...more,
});
const rowsOf = (...names: string[]) => tensorRows(names.map((name) => tensor(name)));
const treeOf = (...names: string[]) => tensorTree(rowsOf(...names));

/** Each line, indented by its level, with the tensors and bytes of branches. */
function drawn(
  nodes: ReturnType<typeof treeOf>,
  folded: ReadonlySet<string> = new Set(),
): string[] {
  return treeLines(nodes, folded).map(({ node, level, isExpanded }) => {
    const sign = node.children.length === 0 ? '' : isExpanded ? '▾' : '▸';
    return `${'  '.repeat(level - 1)}${sign}${node.label} ${node.tensors} ${node.bytes} ${node.role}`;
  });
}

describe('the tree of tensors', () => {
  it('is by prefix, in the order of the file, and says what each branch comes to', () => {
    expect(
      drawn(treeOf('net.b.weight', 'net.b.bias', 'net.a.weight', 'optim.0.m', 'optim.1.m')),
    ).toEqual([
      '▾net 3 24 weight',
      '  ▾b 2 16 weight',
      '    weight 1 8 weight',
      '    bias 1 8 weight',
      '  a.weight 1 8 weight',
      '▾optim 2 16 optimizer',
      '  0.m 1 8 optimizer',
      '  1.m 1 8 optimizer',
    ]);
  });

  it('has no role for a branch that holds several', () => {
    const [root] = tensorTree(
      tensorRows([tensor('n.weight'), tensor('n.running_mean', { role: 'buffer' })]),
    );
    expect(root?.role).toBeNull();
  });

  it('splits names of TensorFlow at slashes, without what ends every one of them', () => {
    expect(
      drawn(treeOf('a.b/x/.ATTRIBUTES/VARIABLE_VALUE', 'a.b/y/.ATTRIBUTES/VARIABLE_VALUE')),
    ).toEqual(['▾a.b 2 16 weight', '  x 1 8 weight', '  y 1 8 weight']);
  });

  it('keeps a tensor whose name another one goes on from', () => {
    expect(drawn(treeOf('dense/kernel', 'dense/kernel/Adam'))).toEqual([
      '▾dense/kernel 2 16 weight',
      '  Adam 1 8 weight',
    ]);
  });

  it('goes by the keys where they hold dots themselves', () => {
    const rows = tensorRows([
      tensor('x', { path: ['a.b', 'c'] }),
      tensor('y', { path: ['a.b', 'd'] }),
    ]);
    expect(drawn(tensorTree(rows))[0]).toBe('▾a.b 2 16 weight');
  });

  it('shows small checkpoints whole, and of large ones the levels that fit', () => {
    expect(foldedAtFirst(treeOf('a.b.c', 'a.b.d')).size).toBe(0);
    const many = treeOf(...Array.from({ length: 200 }, (_, i) => `net.layer${i % 20}.w${i}`));
    const lines = treeLines(many, foldedAtFirst(many));
    expect(lines).toHaveLength(21);
    expect(lines.every(({ level, isExpanded }) => isExpanded === (level === 1))).toBe(true);
  });

  it('knows what is below a branch', () => {
    const rows = rowsOf('net.a.weight', 'net.ab.weight', 'net.a');
    expect(rows.map((row) => isBelow(row, 'net/a'))).toEqual([true, false, true]);
  });
});

describe('the keys of the tree', () => {
  const nodes = treeOf('a.x', 'a.y', 'b.x', 'b.y');
  const lines = treeLines(nodes, new Set(['b']));
  it.each([
    ['ArrowDown', 0, { kind: 'move', to: 1 }],
    ['ArrowUp', 0, { kind: 'move', to: 0 }],
    ['End', 0, { kind: 'move', to: 3 }],
    ['Home', 3, { kind: 'move', to: 0 }],
    ['ArrowRight', 0, { kind: 'move', to: 1 }],
    ['ArrowRight', 3, { kind: 'unfold' }],
    ['ArrowRight', 1, null],
    ['ArrowLeft', 0, { kind: 'fold' }],
    ['ArrowLeft', 2, { kind: 'move', to: 0 }],
    ['Enter', 1, { kind: 'choose' }],
    ['*', 0, { kind: 'unfold-all' }],
    ['a', 0, null],
  ])('%s on line %i', (key, active, act) => {
    expect(treeAct(key, lines, active)).toEqual(act);
  });
});
