import { describe, expect, it } from 'vitest';
import type { Run } from '#domain/run.ts';
import { parseFilter } from './filter.ts';
import { treeRows } from './tree-rows.ts';
import { parseRunListView, selectedRuns, selectionView } from './view.ts';

function run(path: string): Run {
  return { path, checkpoints: [], histories: [], configurations: [], graphs: [], pointers: [] };
}

const shown = (paths: readonly string[], folded: readonly string[] = []) =>
  treeRows(paths.map(run), { folded: new Set(folded), rootName: 'runs' }).map(
    ({ level, label, run }) => `${'  '.repeat(level - 1)}${label}${run ? '' : '/'}`,
  );

describe('the tree of runs', () => {
  it.each([
    ['runs side by side, in the order people count', ['run10', 'run2'], ['run2', 'run10']],
    ['folders', ['a/x', 'a/y', 'b'], ['a/', '  x', '  y', 'b']],
    [
      'a folder with one child is joined with it',
      ['a/b/x', 'a/b/y', 'c/d'],
      ['a/b/', '  x', '  y', 'c/d'],
    ],
    ['a run with runs in it', ['a', 'a/b'], ['a', '  b']],
    ['the opened directory is a run itself', ['', 'old'], ['runs', '  old']],
    ['no runs', [], []],
  ])('%s', (_, paths, rows) => expect(shown(paths)).toEqual(rows));

  it('folds', () => expect(shown(['a/x', 'a/y', 'b'], ['a'])).toEqual(['a/', 'b']));
});

describe('a filter', () => {
  it.each([
    ['', 'anything', true],
    ['ADAM', 'mlp-adam', true],
    ['seed1', 'mlp-seed2', false],
    ['/seed[13]$/', 'mlp-seed3', true],
    ['/seed[13]$', 'mlp-seed2', false],
  ])('%j on %s', (text, path, isShown) => expect(parseFilter(text).matches(path)).toBe(isShown));

  it('that is no pattern says so and hides nothing', () => {
    const filter = parseFilter('/seed(/');
    expect([filter.matches('x'), filter.error]).toEqual([true, expect.stringMatching(/group/i)]);
  });
});

describe('the selection in the URL', () => {
  const runs = ['a', 'b', 'c'].map(run);
  const names = (search: Record<string, unknown>) =>
    selectedRuns(runs, parseRunListView(search)).map(({ path }) => path);

  it.each([
    [{}, ['a', 'b', 'c']],
    [{ hide: ['b'] }, ['a', 'c']],
    [{ runs: ['c'] }, ['c']],
    [{ runs: [] }, []],
    [{ runs: ['gone'] }, []],
    [{ runs: 7, hide: { a: 1 } }, ['a', 'b', 'c']],
  ])('%j', (search, selected) => expect(names(search)).toEqual(selected));

  it.each([[['a', 'b', 'c']], [['a', 'b']], [['a']], [[]]])('%j survives', (selected) => {
    expect(names({ ...selectionView(runs, new Set(selected)) })).toEqual(selected);
  });
});
