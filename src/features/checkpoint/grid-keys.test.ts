import { expect, it } from 'vitest';
import { cellAfter } from './grid-keys.ts';

const size = { rows: 100, columns: 50, page: 20 };

it.each([
  ['ArrowDown', false, [6, 7]],
  ['ArrowUp', true, [0, 7]],
  ['ArrowRight', false, [5, 8]],
  ['ArrowRight', true, [5, 49]],
  ['ArrowLeft', true, [5, 0]],
  ['PageDown', false, [25, 7]],
  ['PageUp', false, [0, 7]],
  ['Home', false, [5, 0]],
  ['Home', true, [0, 0]],
  ['End', false, [5, 49]],
  ['End', true, [99, 49]],
  ['a', false, null],
] as const)('%s, with Ctrl: %s, from row 5 and column 7', (key, isFar, cell) => {
  const to = cellAfter({ key, isFar }, { row: 5, column: 7 }, size);
  expect(to && [to.row, to.column]).toEqual(cell);
});
