import { expect, it } from 'vitest';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import { correlations, strength } from './correlation-rows.ts';

const column = (id: string, kind: ExploreColumn['kind'] = 'number'): ExploreColumn => {
  return { id, title: id, kind, source: 'configuration', better: null };
};
const LOSS: ExploreColumn = { ...column('loss'), source: 'metric', better: 'lower' };
const COLUMNS = [
  column('weak'),
  column('lr'),
  column('optimizer', 'category'),
  column('name', 'category'),
  column('constant'),
  column('seldom'),
  LOSS,
  { ...column('steps'), source: 'other' as const },
];

const rows = Array.from({ length: 12 }, (_, i): ExploreRow => {
  const values = {
    weak: [3, 9, 4, 8, 1, 7, 2, 6, 5, 0, 11, 10][i] ?? 0,
    lr: 10 ** -i,
    optimizer: i % 2 === 0 ? 'adam' : 'sgd',
    name: `run${i}`,
    constant: 5,
    seldom: i < 2 ? i : null,
    loss: i === 11 ? Number.NaN : i + (i % 2),
  };
  const mark = { colour: 'var(--run-1)', dash: [] };
  return { run: `r${i}`, name: `r${i}`, mark, values: new Map(Object.entries(values)) };
});

it('ranks the keys of the configuration, and says of which nothing can be told', () => {
  const { told, notTold } = correlations(rows, COLUMNS, LOSS);
  expect(told.map(({ column }) => column.id)).toEqual(['lr', 'weak', 'optimizer']);
  expect(told[0]?.result.n).toBe(11);
  expect(strength(told[0] ?? expect.fail())).toBeGreaterThan(0.97);
  expect(notTold.map(({ column, why }) => [column.id, why.reason, why.n])).toEqual([
    ['name', 'all-different', 11],
    ['constant', 'single-value', 11],
    ['seldom', 'few', 2],
  ]);
});

it('finds a valley over a key, as over learning rates', () => {
  const valley = Array.from({ length: 40 }, (_, i): ExploreRow => {
    const mark = { colour: 'var(--run-1)', dash: [] };
    const values = new Map([
      ['lr', 10 ** (-i / 10)],
      ['weak', (i * 7) % 40],
      ['loss', (i - 19.5) ** 2],
    ]);
    return { run: `r${i}`, name: `r${i}`, mark, values };
  });
  const [first, second] = correlations(valley, COLUMNS, LOSS).told;
  expect(first).toMatchObject({ column: { id: 'lr' }, curve: { n: 40 } });
  expect(second).toMatchObject({ column: { id: 'weak' }, curve: null });
});
