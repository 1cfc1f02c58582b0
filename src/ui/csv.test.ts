import { expect, it } from 'vitest';
import { csvLine, numberCell, textCell } from './csv.ts';

it.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "a"', '"say ""a"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@x', "'@x"],
  ['=HYPERLINK("a","b")', '"\'=HYPERLINK(""a"",""b"")"'],
])('the text %s is the cell %s', (text, cell) => {
  expect(textCell(text)).toBe(cell);
});

it.each([
  [0.1 + 0.2, '0.30000000000000004'],
  [-1, '-1'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [null, ''],
])('the number %s is the cell %s', (value, cell) => {
  expect(numberCell(value)).toBe(cell);
});

it('ends a line as the standard says', () => {
  expect(csvLine(['a', 'b'])).toBe('a,b\r\n');
});
