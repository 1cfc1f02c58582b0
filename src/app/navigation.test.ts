import { describe, expect, it } from 'vitest';
import { parseChartsView } from '#features/charts/view.ts';
import { parseDirectoryView } from '#features/open-directory/view.ts';
import { searchOf } from './navigation.ts';
import { countByTitle } from './unread-titles.ts';

describe('a view in the URL', () => {
  it.each([
    ['what is as usual is left out', { x: 'step', logx: false }, { x: null, logx: null }],
    ['what differs is said', { x: 'wall', from: 3 }, { x: 'wall', from: 3 }],
    ['what is put back is left out again', { from: null, big: null }, { from: null, big: null }],
  ] as const)('%s', (_, part, search) => {
    expect(searchOf(part, parseChartsView)).toEqual(search);
  });

  it.each([
    [{ dir: 'sample' }, 'sample'],
    [{ dir: '' }, null],
    [{ dir: 7 }, null],
    [{}, null],
  ])('%j names the directory %j', (search, dir) => {
    expect(parseDirectoryView(search)).toEqual({ dir });
  });
});

it('files not read yet are counted by what they are, most first', () => {
  const files = ['Keras HDF5', 'ONNX', 'ONNX'].map((title, i) => ({ title, path: String(i) }));
  expect(countByTitle(files)).toEqual([
    ['ONNX', 2],
    ['Keras HDF5', 1],
  ]);
});
