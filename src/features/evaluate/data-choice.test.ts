import { describe, expect, it } from 'vitest';
import type { DatasetSummary } from '#domain/dataset.ts';
import { nearestDataset, usualColumns } from './data-choice.ts';

describe('the data set to begin with', () => {
  const datasets = [
    'all/test.npz',
    'a/train.npz',
    'a/test.csv',
    'a/test.npz',
    'a/val.npz',
    'b/x.npz',
  ];
  it.each([
    ['a/run/checkpoints/1.pth', 'a/test.npz'],
    ['b/1.pth', 'b/x.npz'],
    ['c/1.pth', 'all/test.npz'],
    [undefined, 'all/test.npz'],
  ])('for %s is %s', (checkpoint, dataset) => {
    expect(nearestDataset(datasets, checkpoint)).toBe(dataset);
  });

  it('is none where there is none', () => {
    expect(nearestDataset([], 'a')).toBeNull();
  });
});

describe('columns', () => {
  const column = (name: string, shape: readonly number[]) =>
    ({ name, shape, dtype: 'float32' }) as const;
  const dataset = (tabular: boolean, ...columns: DatasetSummary['columns']): DatasetSummary => ({
    path: 'test.npz',
    format: 'npz',
    count: 10,
    columns,
    tabular,
    label: 'y',
  });
  const input = (name: string, ...shape: (number | null)[]) =>
    ({ name, dtype: 'float32', shape: [null, ...shape] }) as const;

  it('of a table are all but the label', () => {
    const table = dataset(true, column('a', []), column('y', []), column('b', []));
    expect(usualColumns(table, [input('x', 2)])).toEqual({ inputs: ['a', 'b'], label: 'y' });
    expect(usualColumns(table, [input('x', 2)], 'a')).toEqual({ inputs: ['y', 'b'], label: 'a' });
  });

  it.each([
    ['of the same name', [input('side', 3)], ['side']],
    ['of the same size, whatever the axes', [input('x', 1, 8, 8)], ['image']],
    ['of the same rank where the size is open', [input('x', null, null)], ['image']],
    ['or the first', [input('x', 7)], ['side']],
    ['each for one input', [input('x', 8, 8), input('z', 3)], ['image', 'side']],
  ])('of arrays: %s', (_, inputs, names) => {
    const arrays = dataset(false, column('side', [3]), column('image', [8, 8]), column('y', []));
    expect(usualColumns(arrays, inputs)).toEqual({ inputs: names, label: 'y' });
  });
});
