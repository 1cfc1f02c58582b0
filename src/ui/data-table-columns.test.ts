import { expect, it } from 'vitest';
import { formatSort, parseSort } from './data-table-columns.ts';

it.each([
  ['loss', { column: 'loss', descending: false }],
  ['-loss', { column: 'loss', descending: true }],
  ['-val/loss', { column: 'val/loss', descending: true }],
  ['--odd', { column: '-odd', descending: true }],
])('a sort order is kept in a URL as %s', (text, sort) => {
  expect(parseSort(text)).toEqual(sort);
  expect(formatSort(sort)).toBe(text);
});

it.each([[''], ['-'], [7], [null], [undefined], [['loss']]])('%j is no sort order', (text) => {
  expect(parseSort(text)).toBeNull();
});
