import { describe, expect, it } from 'vitest';
import { type Block, findGap, runsOf, runsWithin } from './tiling.ts';

const block = (offsets: number[], sizes: number[]): Block => ({ offsets, sizes });

describe('pieces of a tensor', () => {
  it.each<[string, number[], Block[], string | undefined]>([
    ['rows', [5, 3], [block([0, 0], [3, 3]), block([3, 0], [2, 3])], undefined],
    [
      'columns, one of them empty',
      [2, 4],
      [block([0, 0], [2, 4]), block([0, 4], [2, 0])],
      undefined,
    ],
    [
      'four quarters',
      [4, 4],
      [
        [0, 0],
        [0, 2],
        [2, 0],
        [2, 2],
      ].map((at) => block(at, [2, 2])),
      undefined,
    ],
    ['a number', [], [block([], [])], undefined],
    ['nothing of nothing', [0, 3], [], undefined],
    ['a row too few', [5, 3], [block([0, 0], [4, 3])], 'its pieces have 12 of 15 elements'],
    ['none at all', [2], [], 'its pieces have 0 of 2 elements'],
    ['twice the same', [4], [block([0], [4]), block([0], [4])], 'its pieces overlap'],
    ['one over another', [4], [block([0], [3]), block([2], [1])], 'its pieces overlap'],
    ['one outside', [4], [block([3], [2])], 'a piece at (3) lies outside of it'],
    ['one of other axes', [4], [block([0, 0], [2, 2])], 'a piece at (0, 0) lies outside of it'],
    ['a number twice', [], [block([], []), block([], [])], 'its pieces overlap'],
  ])('%s', (_, shape, blocks, gap) => {
    expect(findGap(shape, blocks)).toBe(gap);
  });

  it('a block is runs in the order of the tensor', () => {
    const runs = runsOf([4, 3, 5], block([1, 1, 0], [2, 2, 5]));
    expect(Array.from({ length: runs.count }, (_, index) => runs.at(index))).toEqual([
      { from: 0, to: 20, length: 10 },
      { from: 10, to: 35, length: 10 },
    ]);
    expect(runsWithin(runs, 0, 20)).toEqual({ first: 0, last: 0 });
    expect(runsWithin(runs, 29, 36)).toEqual({ first: 0, last: 2 });
    expect(runsWithin(runs, 30, 60)).toEqual({ first: 1, last: 2 });
  });

  it('a block that is all of its tensor is one run', () => {
    expect(runsOf([4, 3], block([0, 0], [4, 3])).count).toBe(1);
    expect(runsOf([], block([], [])).at(0)).toEqual({ from: 0, to: 0, length: 1 });
  });
});
