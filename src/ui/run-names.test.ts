import { expect, it } from 'vitest';
import type { RunDetails } from '#domain/run-details.ts';
import { runNames, shortNames } from './run-names.ts';

it('runs are called by what tells them apart', () => {
  expect([...shortNames(['a/mlp/seed0', 'a/mlp/seed1', 'b/cnn/seed1', '', 'x'])]).toEqual([
    ['a/mlp/seed0', 'seed0'],
    ['a/mlp/seed1', 'mlp/seed1'],
    ['b/cnn/seed1', 'cnn/seed1'],
    ['', ''],
    ['x', 'x'],
  ]);
});

const named = (run: string, name: string) => ({ run, facts: { name } }) as RunDetails;

it('runs are called as their tracker calls them, with the path behind where two are called alike', () => {
  const paths = ['', 'mlruns/1/0a', 'mlruns/1/0b', 'mlruns/1/0c', 'plain/\u202e'];
  const details = [named('mlruns/1/0a', 'base'), named('mlruns/1/0b', 'base')];
  const names = runNames({
    paths,
    rootName: 'work',
    details: [...details, named('mlruns/1/0c', 'wide')],
  });
  expect([...names.values()]).toEqual(['work', 'base (0a)', 'base (0b)', 'wide', '\\u{202e}']);
});
