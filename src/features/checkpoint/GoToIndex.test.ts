import { expect, it } from 'vitest';
import { parseIndex } from './GoToIndex.tsx';

it.each([
  ['3, 4', [3, 4]],
  ['[3, 4]', [3, 4]],
  ['(3 4)', [3, 4]],
  ['-1, 0', [9, 0]],
  ['3', null],
  ['10, 0', null],
  ['-11, 0', null],
  ['3, x4', null],
  ['', null],
])('%s in a shape of 10 × 5', (text, index) => {
  expect(parseIndex(text, [10, 5])).toEqual(index);
});
