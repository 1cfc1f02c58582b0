import { expect, it } from 'vitest';
import type { Run } from '#domain/run.ts';
import { groupRows } from './group-rows.ts';

const run = (path: string): Run => ({
  path,
  checkpoints: [],
  histories: [],
  configurations: [],
  graphs: [],
  pointers: [],
});

const configured = [
  { run: 'b1', configuration: { width: 32, seed: 1 } },
  { run: 'a10', configuration: { width: 8, seed: 10 } },
  { run: 'a2', configuration: { width: 8, seed: 2 } },
  { run: 'b0', configuration: { width: 32, seed: 0 } },
];
const runs = configured.map(({ run: path }) => run(path));
const options = { folded: new Set<string>(), rootName: 'root', configured, allAlike: 'all' };

const words = (rows: ReturnType<typeof groupRows>) =>
  rows.map(({ label, level, position, siblings }) => [label, level, position, siblings]);

it('rows stand below what their runs have in common, in order of names and numbers', () => {
  expect(words(groupRows(runs, options))).toEqual([
    ['width=8', 1, 1, 2],
    ['a2', 2, 1, 2],
    ['a10', 2, 2, 2],
    ['width=32', 1, 2, 2],
    ['b0', 2, 1, 2],
    ['b1', 2, 2, 2],
  ]);
});

it('a group holds its runs that the filter leaves, and is not there without any', () => {
  const rows = groupRows([run('b1')], options);
  expect(words(rows)).toEqual([
    ['width=32', 1, 1, 1],
    ['b1', 2, 1, 1],
  ]);
  expect(rows[0]?.runs).toEqual(['b1']);
});

it('a folded group hides its runs and still stands for them', () => {
  const [head] = groupRows(runs, options);
  const rows = groupRows(runs, { ...options, folded: new Set([head?.path ?? '']) });
  expect(words(rows).map(([label]) => label)).toEqual(['width=8', 'width=32', 'b0', 'b1']);
  expect(rows[0]).toMatchObject({ runs: ['a10', 'a2'], hasChildren: true, isExpanded: false });
});

it('runs that are all alike stand below that', () => {
  const alike = [{ run: 'a2', configuration: { width: 8, seed: 2 } }];
  expect(words(groupRows([run('a2')], { ...options, configured: alike }))[0]).toEqual([
    'all',
    1,
    1,
    1,
  ]);
});
