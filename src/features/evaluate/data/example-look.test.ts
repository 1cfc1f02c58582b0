import { describe, expect, it } from 'vitest';
import { lookOf, looksUnscaled, pixelsOf, spreadOf } from './example-look.ts';
import { parseSides, sidesText } from './sides.ts';

describe('an example of shape', () => {
  it.each([
    [[8, 8], { height: 8, width: 8, channels: 1, isFirst: false }],
    [[1, 8, 9], { height: 8, width: 9, channels: 1, isFirst: true }],
    [[3, 8, 9], { height: 8, width: 9, channels: 3, isFirst: true }],
    [[8, 9, 3], { height: 8, width: 9, channels: 3, isFirst: false }],
  ])('%j is a picture', (shape, look) => {
    expect(lookOf(shape)).toEqual({ kind: 'image', ...look });
  });

  it.each([[[]], [[64]], [[2, 8]], [[7, 8, 9]], [[1, 3, 8, 8]]])('%j is a row', (shape) => {
    expect(lookOf(shape)).toEqual({ kind: 'row' });
  });
});

it('the channels of a picture may stand first or last', () => {
  const look = { kind: 'image', height: 1, width: 2, channels: 3 } as const;
  const rgb = [255, 0, 0, 255, 0, 0, 255, 255];
  expect([...pixelsOf([1, 0, 0, 0, 0, 1], { ...look, isFirst: false }, [0, 1])]).toEqual(rgb);
  expect([...pixelsOf([1, 0, 0, 0, 0, 1], { ...look, isFirst: true }, [0, 1])]).toEqual(rgb);
});

it('what is not finite is counted, and left out of the spread', () => {
  const spread = spreadOf([1, 3, Number.NaN, Number.POSITIVE_INFINITY]);
  expect(spread).toEqual({ low: 1, high: 3, mean: 2, std: 1, nonfinite: 2 });
  expect(looksUnscaled(spread)).toBe(false);
  expect(looksUnscaled(spreadOf([0, 255]))).toBe(true);
});

describe('a size that is typed', () => {
  it.each([
    ['', null],
    ['256', 256],
    ['224 × 192', [224, 192]],
    ['224x192', [224, 192]],
    ['224, 192', [224, 192]],
  ] as const)('%s is %j', (text, sides) => {
    expect(parseSides(text)).toEqual(sides);
    expect(parseSides(sidesText(sides))).toEqual(sides);
  });

  it.each(['0', '-1', '2.5', 'a', '1,2,3', '99999'])('%s is none', (text) => {
    expect(parseSides(text)).toBeUndefined();
  });
});
