import { expect, it } from 'vitest';
import { shortNames } from './run-names.ts';

it('runs are called by what tells them apart', () => {
  expect([...shortNames(['a/mlp/seed0', 'a/mlp/seed1', 'b/cnn/seed1', '', 'x'])]).toEqual([
    ['a/mlp/seed0', 'seed0'],
    ['a/mlp/seed1', 'mlp/seed1'],
    ['b/cnn/seed1', 'cnn/seed1'],
    ['', ''],
    ['x', 'x'],
  ]);
});
