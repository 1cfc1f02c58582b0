import { describe, expect, it } from 'vitest';
import { elementAt, indexOf, partOf, planeOf, usualCut } from './tensor-plane.ts';

/** Numbers of all elements of a plane, by row. */
function numbers(plane: ReturnType<typeof planeOf>): number[][] {
  return Array.from({ length: plane.rows }, (_, row) =>
    Array.from({ length: plane.columns }, (_, column) => elementAt(plane, row, column)),
  );
}

describe('a plane of a tensor', () => {
  it.each<[string, readonly number[], Parameters<typeof planeOf>[1], number[][]]>([
    ['of a scalar is one cell', [], usualCut([]), [[0]]],
    ['of a short vector is one row', [3], usualCut([3]), [[0, 1, 2]]],
    [
      'of a matrix is the matrix',
      [2, 3],
      usualCut([2, 3]),
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    [
      'with its axes changed is turned',
      [2, 3],
      { rows: 1, columns: 0, at: [0, 0] },
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
    ],
    ['of a filter is its last two axes', [2, 2, 1, 2], usualCut([2, 2, 1, 2]), [[0, 1]]],
    [
      'cut elsewhere begins elsewhere',
      [2, 2, 1, 2],
      { rows: 0, columns: 3, at: [9, 1, 0, 9] },
      [
        [2, 3],
        [6, 7],
      ],
    ],
    ['of an empty matrix is empty', [0, 3], usualCut([0, 3]), []],
  ])('%s', (_, shape, cut, expected) => {
    expect(numbers(planeOf(shape, cut))).toEqual(expected);
  });

  it('of a long vector is wrapped by ten', () => {
    const plane = planeOf([23], usualCut([23]));
    expect(plane).toMatchObject({ rows: 3, columns: 10 });
    expect(elementAt(plane, 2, 2)).toBe(22);
  });

  it('has parts, which end where it ends', () => {
    const plane = planeOf([4, 5], usualCut([4, 5]));
    expect(numbers(partOf(plane, [1, 3], [3, 99]))).toEqual([
      [8, 9],
      [13, 14],
    ]);
    expect(partOf(plane, [4, 9], [0, 2]).rows).toBe(0);
  });
});

it.each([
  [[], 0, []],
  [[23], 22, [22]],
  [[2, 3, 4], 23, [1, 2, 3]],
  [[2, 3, 4], 5, [0, 1, 1]],
])('in %j element %i is at %j', (shape, element, index) => {
  expect(indexOf(shape, element)).toEqual(index);
});
