import { describe, expect, it } from 'vitest';
import type { Scaling } from './dataset.ts';
import { findScalingProblem, isUnscaled, scale } from './scale.ts';

function scaled(values: number[], shape: number[], scaling: Partial<Scaling>): number[] {
  const array = Float32Array.from(values);
  scale(array, shape, { divide: 1, mean: [0], std: [1], ...scaling });
  return [...array];
}

describe('scaling', () => {
  it.each<[string, { values: number[]; shape: number[] }, Partial<Scaling>, number[]]>([
    ['nothing', { values: [1, 2], shape: [2, 1] }, {}, [1, 2]],
    ['a quotient', { values: [0, 51, 255], shape: [1, 3] }, { divide: 255 }, [0, 51 / 255, 1]],
    ['one mean for all', { values: [4, 8], shape: [1, 2] }, { mean: [2], std: [4] }, [0.5, 1.5]],
    [
      'columns of a table',
      { values: [1, 2, 3, 4], shape: [2, 2] },
      { mean: [1, 2], std: [1, 2] },
      [0, 0, 2, 1],
    ],
    [
      'channels first',
      { values: [1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 1, 2] },
      { mean: [1, 3], std: [1] },
      [0, 1, 0, 1, 4, 5, 4, 5],
    ],
    [
      'channels last',
      { values: [1, 3, 2, 4, 5, 7, 6, 8], shape: [2, 1, 2, 2] },
      { mean: [0], std: [1, 2] },
      [1, 1.5, 2, 2, 5, 3.5, 6, 4],
    ],
  ])('%s', (_, { values, shape }, scaling, result) => {
    expect(scaled(values, shape, scaling)).toEqual(result.map(Math.fround));
  });

  it('rounds every step to float32, as torchvision does', () => {
    // ((torch.arange(256.) / 255) - 0.1307) / 0.3081
    const raw = Array.from({ length: 256 }, (_, i) => i);
    const values = scaled(raw, [1, 256], { divide: 255, mean: [0.1307], std: [0.3081] });
    const stepwise = raw.map((x) => {
      const centred = Math.fround(Math.fround(x / 255) - Math.fround(0.1307));
      return Math.fround(centred / Math.fround(0.3081));
    });
    expect(values).toEqual(stepwise);
    expect(values).not.toEqual(raw.map((x) => Math.fround((x / 255 - 0.1307) / 0.3081)));
  });

  it.each<[Scaling, RegExp | undefined]>([
    [{ divide: 255, mean: [0.5], std: [0.5] }, undefined],
    [{ divide: 0, mean: [0], std: [1] }, /divides by 0/],
    [{ divide: 1, mean: [Number.NaN], std: [1] }, /no number/],
    [{ divide: 1, mean: [0, 0, 0], std: [1, 1, 0] }, /deviation is 0/],
    [{ divide: 1, mean: [1, 0], std: [1, 1, 1] }, /2 means and 3 standard deviations/],
    [{ divide: 1, mean: [1, 0, 0, 0], std: [1] }, /4 channels/],
  ])('of images that does not fit is told: %#', (scaling, problem) => {
    const found = findScalingProblem([10, 3, 8, 8], scaling);
    if (problem) {
      expect(found).toMatch(problem);
      expect(() => scale(new Float32Array(1920), [10, 3, 8, 8], scaling)).toThrow(RangeError);
    } else expect(found).toBeUndefined();
  });

  it('of nothing is known as such', () => {
    expect(isUnscaled({ divide: 1, mean: [0, 0], std: [1] })).toBe(true);
    expect(isUnscaled({ divide: 255, mean: [0], std: [1] })).toBe(false);
  });
});
