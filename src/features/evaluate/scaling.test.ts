import { describe, expect, it } from 'vitest';
import { parseScaling, scalingFaults, UNSCALED_TEXT } from './scaling.ts';

describe('input scaling', () => {
  it.each([
    [UNSCALED_TEXT, { divide: 1, mean: [0], std: [1] }],
    [
      { divide: 255, mean: '0.5', std: '0.5' },
      { divide: 255, mean: [0.5], std: [0.5] },
    ],
    [
      { divide: 255, mean: '0.485, 0.456,0.406', std: '[0.229 0.224 0.225]' },
      { divide: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    ],
    [
      { divide: 1, mean: '(1e-3;2)', std: '1' },
      { divide: 1, mean: [0.001, 2], std: [1] },
    ],
  ])('%j', (text, scaling) => {
    expect(parseScaling(text)).toEqual(scaling);
  });

  it.each([
    [
      { divide: 0, mean: '0', std: '1' },
      { divide: 'zero', mean: null, std: null },
    ],
    [
      { divide: Number.NaN, mean: '', std: 'x' },
      { divide: 'zero', mean: 'not-numbers', std: 'not-numbers' },
    ],
    [
      { divide: 1, mean: '1,a', std: '1, 0' },
      { divide: null, mean: 'not-numbers', std: 'zero' },
    ],
  ])('%j cannot be used', (text, faults) => {
    expect(scalingFaults(text)).toEqual(faults);
    expect(parseScaling(text)).toBeNull();
  });
});
