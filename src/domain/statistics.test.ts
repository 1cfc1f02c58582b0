import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Binning, Moments } from './statistics.ts';
import { realsOf } from './statistics-elements.ts';

function statisticsOf(...pieces: (readonly number[])[]) {
  const moments = new Moments();
  for (const piece of pieces) moments.add(Float64Array.from(piece));
  const binning = new Binning(moments.min, moments.max);
  for (const piece of pieces) binning.add(Float64Array.from(piece));
  return moments.statistics(moments.finite > 0 ? binning.histogram() : null);
}

describe('statistics', () => {
  it('are over the finite elements', () => {
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0];
    expect(statisticsOf([1, 2, 3], special)).toMatchObject({
      count: 8,
      finite: 5,
      nan: 1,
      positiveInfinity: 1,
      negativeInfinity: 1,
      zeros: 2,
      min: 0,
      max: 3,
      mean: 1.2,
    });
  });

  it('of nothing finite have no numbers', () => {
    expect(statisticsOf([Number.NaN])).toMatchObject({ min: null, mean: null, std: null });
  });

  it('keep their digits where numbers are large and close', () => {
    const { mean, std } = statisticsOf([1e9 + 4, 1e9 + 7], [1e9 + 13, 1e9 + 16]);
    expect(mean).toBe(1e9 + 10);
    expect(std).toBeCloseTo(Math.sqrt(22.5), 12);
  });

  it('do not depend on how the elements are cut in pieces', () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.nat(60),
        (values, cut) => {
          const whole = statisticsOf(values);
          const cutUp = statisticsOf(values.slice(0, cut), values.slice(cut));
          const scale = Math.max(1, ...values.map(Math.abs));
          expect(Math.abs((whole.mean ?? 0) - (cutUp.mean ?? 0))).toBeLessThan(1e-12 * scale);
          expect(Math.abs((whole.std ?? 0) - (cutUp.std ?? 0))).toBeLessThan(1e-6 * scale);
          expect(cutUp.histogram).toEqual(whole.histogram);
        },
      ),
    ));
});

describe('a histogram', () => {
  const counts = (values: readonly number[]) => statisticsOf(values).histogram;

  it('counts every finite element once, the ends in the outer bins', () => {
    const found = counts([-1, 0, 1, Number.NaN]);
    expect(found).toMatchObject({ from: -1, to: 1 });
    expect(found?.counts.at(0)).toBe(1);
    expect(found?.counts.at(-1)).toBe(1);
    expect(found?.counts.reduce((sum, count) => sum + count)).toBe(3);
  });

  it('of equal elements is one bin', () => {
    expect(counts([5, 5])).toEqual({ from: 5, to: 5, counts: [2] });
  });

  it('can be as wide as all numbers', () => {
    const found = counts([-Number.MAX_VALUE, 0, Number.MAX_VALUE]);
    expect(found?.counts.reduce((sum, count) => sum + count)).toBe(3);
    expect(found?.counts.at(-1)).toBe(1);
  });
});

describe('elements are read', () => {
  it('exactly where float32 would round them', () => {
    expect(realsOf(bytesOf(new Float64Array([0.1])), 'float64')).toEqual(new Float64Array([0.1]));
    expect(realsOf(bytesOf(new Int32Array([2 ** 31 - 1])), 'int32')?.[0]).toBe(2 ** 31 - 1);
    expect(realsOf(bytesOf(new BigInt64Array([2n ** 53n])), 'int64')?.[0]).toBe(2 ** 53);
  });

  it('from anywhere in a buffer', () => {
    const bytes = new Uint8Array(13);
    bytes.set(bytesOf(new Float64Array([1.5])), 5);
    expect(realsOf(bytes.subarray(5), 'float64')).toEqual(new Float64Array([1.5]));
  });

  it('but not where they are no real numbers', () => {
    expect(realsOf(new Uint8Array(8), 'complex64')).toBeNull();
    expect(realsOf(new Uint8Array(8), 'string')).toBeNull();
  });
});

function bytesOf({ buffer }: { readonly buffer: ArrayBuffer }): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
